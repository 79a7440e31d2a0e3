package launchguard.packaged;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import software.amazon.awssdk.utilslite.SdkInternalThreadLocal;

/** Lambda's runtime interface client: what a managed runtime has on its own class path, beside the function's package. */
final class RuntimeClient {
    static final String MAIN = AWSLambda.class.getName();

    /** Says where the client's native library is; else every process would write the same file in the temporary folder. */
    static final String NATIVE_PROPERTY =
            "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI";

    private RuntimeClient() {}

    static String classPath() {
        return List.of(AWSLambda.class, PojoSerializer.class, RequestStreamHandler.class, SdkInternalThreadLocal.class)
                .stream()
                .map(RuntimeClient::jar)
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Unpacks the native library for this machine. */
    static Path nativeLibrary(Path folder) {
        String processor =
                System.getProperty("os.arch").toLowerCase(Locale.ROOT).equals("aarch64") ? "aarch_64" : "x86_64";
        String name = "libaws-lambda-jni.linux-" + processor + ".so";
        Path library = folder.resolve(name);
        try (InputStream packed = AWSLambda.class.getResourceAsStream("/jni/" + name)) {
            if (packed == null) {
                throw new IllegalStateException("the runtime interface client has no " + name);
            }
            Files.copy(packed, library);
            return library;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path jar(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
