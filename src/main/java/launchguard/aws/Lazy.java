package launchguard.aws;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value that is made at its first use: a client that a signal does not need costs nothing. */
final class Lazy<T> implements Supplier<T> {
    private final Supplier<T> maker;
    private volatile @Nullable T made;

    Lazy(Supplier<T> maker) {
        this.maker = maker;
    }

    @Override
    public T get() {
        T known = made;
        if (known != null) {
            return known;
        }
        synchronized (this) {
            T again = made;
            if (again == null) {
                again = maker.get();
                made = again;
            }
            return again;
        }
    }
}
