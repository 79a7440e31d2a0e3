package launchguard.verdict;

import java.util.Collection;
import java.util.regex.Pattern;
import launchguard.probe.Evidence.Jvm;
import launchguard.verdict.Verdict.Impact;
import org.jspecify.annotations.Nullable;

/** Decides whether a JVM is stale: whether files of its JDK are no longer there as it mapped them. */
public final class Staleness {
    private static final String DELETED = " (deleted)";

    /**
     * Names under which package managers write a file before they rename it: {@code libjvm.so;5f00aa11}, {@code
     * libjvm.so.dpkg-tmp}.
     */
    private static final Pattern ON_ITS_WAY = Pattern.compile(";[0-9a-f]{8}$|\\.dpkg-(new|tmp|old)$|\\.rpm(new|save)$");

    /** The JDK's own shared libraries; an application unpacks its own into the same directories. */
    private static final String LIBRARIES =
            "lib(jvm|java|jimage|jli|verify|zip|net|nio|extnet|management(_ext|_agent)?|"
                    + "prefs|instrument|attach|rmi|sctp|syslookup|jsig|jaas(_unix)?|jdwp|dt_socket|j2gss|j2krb5|j2pcsc|j2pkcs11|"
                    + "sunec|le|simdsort|jsvml|awt(_headless|_xawt)?|xawt|fontmanager|freetype|harfbuzz|mlib_image|lcms|"
                    + "javajpeg|jpeg|jsound(alsa)?|splashscreen|jawt|saproc|hprof|java_crw_demo|npt|unpack|jfr|kcms|t2k|"
                    + "fontconfig|png|jvmcicompiler|graal|j9[a-z0-9_]+|omr[a-z0-9_]+)\\.so(\\.[0-9.]+)?";

    private static final String JARS = "(rt|jce|jsse|charsets|resources|jfr|management-agent|plugin|deploy|javaws|"
            + "rhino|jfxswt|alt-rt|jrt-fs|tools|dt|jconsole|sa-jdi|ct\\.sym|jvm-serv|classlist|"
            + "ext/(cldrdata|localedata|nashorn|sunec|sunjce_provider|sunpkcs11|sunmscapi|zipfs|dnsns|jaccess|"
            + "icedtea-sound|java-atk-wrapper|access-bridge(-64)?|jfxrt|openjsse|legacy8ujsse|ucrypto)|"
            + "security/(policy/(un)?limited/)?(local_policy|US_export_policy))(\\.jar)?";

    private static final Pattern OF_THE_JDK = Pattern.compile("(jre/)?("
            + "bin/[A-Za-z0-9_-]+"
            + "|lib/(modules|jspawnhelper|jexec|" + JARS + ")"
            + "|lib/((amd64|x86_64|i386|i586|aarch64|aarch32|arm|ppc64|ppc64le|s390x|riscv64|loongarch64)/)?"
            + "((server|client|minimal|zero|jli|headless|xawt|jvmci|default|compressedrefs|j9vm)/)?(" + LIBRARIES
            + "|\\.nfs[0-9a-f]+)"
            + "|bin/\\.nfs[0-9a-f]+)");

    private static final Pattern ENDS_WITH_THE_JDKS = Pattern.compile("(^|.*/)" + OF_THE_JDK.pattern());

    private Staleness() {}

    /**
     * Whether the JVM's executable, a file of its own JDK, or a mapped file of that JDK was deleted or replaced, or the
     * JDK's directory is no longer where the JVM knows it. A JVM in a container has files of its own, which the host's
     * package manager never touches.
     */
    public static boolean stale(Jvm jvm) {
        return !jvm.container()
                && (jvm.javaHomeGone()
                        || executableGone(jvm)
                        || jvm.deletedMappings().stream().anyMatch(path -> ofTheJdk(path, jvm.javaHome())));
    }

    /** Where only the link's text could be read, the kernel's mark on it is used in place of the link count. */
    private static boolean executableGone(Jvm jvm) {
        String exe = jvm.exe();
        boolean gone = jvm.exeLinks() == null ? exe != null && exe.endsWith(DELETED) : jvm.exeLinks() == 0;
        return gone && (exe == null || launcherOfTheJdk(exe.replace(DELETED, ""), jvm.javaHome()));
    }

    /**
     * Whether this is a launcher of the JDK: that of a JDK 8 lies in {@code bin} beside its {@code jre}; jsvc and
     * python lie elsewhere.
     */
    private static boolean launcherOfTheJdk(String exe, @Nullable String javaHome) {
        if (javaHome == null) {
            return exe.endsWith("/java") || !exe.startsWith("/");
        }
        String jdk = javaHome.endsWith("/jre") ? javaHome.substring(0, javaHome.length() - "/jre".length()) : javaHome;
        return exe.startsWith(javaHome + "/") || exe.startsWith(jdk + "/bin/");
    }

    /**
     * Whether a deleted file belongs to the JDK. Healthy JVMs map deleted files, too: libraries that they unpacked,
     * even below java.home, archives of shared classes that were dumped again, replaced jars of the application. A path
     * that was cut in front can't be placed.
     */
    private static boolean ofTheJdk(String path, @Nullable String javaHome) {
        String plain = ON_ITS_WAY.matcher(path.replace(DELETED, "")).replaceFirst("");
        if (javaHome == null || !path.startsWith("/")) {
            return ENDS_WITH_THE_JDKS.matcher(plain).matches();
        }
        return plain.startsWith(javaHome + "/")
                && OF_THE_JDK.matcher(plain.substring(javaHome.length() + 1)).matches();
    }

    /** The worst impact among stale JVMs. */
    static Impact impact(Collection<Jvm> stale) {
        return stale.stream().anyMatch(Jvm::javaHomeGone) ? Impact.FILES_GONE : Impact.REPLACED_IN_PLACE;
    }
}
