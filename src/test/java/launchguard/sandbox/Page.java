package launchguard.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Function;
import launchguard.sandbox.wire.AwsError;
import launchguard.sandbox.wire.Json;
import org.jspecify.annotations.Nullable;

/**
 * One page of a listing.
 *
 * @param items those of the page
 * @param next the token of the next page; null on the last one
 */
record Page<T>(List<T> items, @Nullable String next) {

    /** The page that the request's token stands for. */
    static <T> Page<T> of(List<T> all, @Nullable String token, int size, String tokenError) {
        int from = 0;
        if (token != null) {
            if (!token.matches("page-[0-9]{1,8}")) {
                throw new AwsError(tokenError, "The token is not valid.");
            }
            from = Math.min(Integer.parseInt(token.substring("page-".length())), all.size());
        }
        int to = Math.min(from + size, all.size());
        return new Page<>(all.subList(from, to), to < all.size() ? "page-" + to : null);
    }

    /** As output, under these member names. */
    ObjectNode output(String list, String nextToken, Function<T, ?> shown) {
        return Json.object(list, items.stream().map(shown).toList(), nextToken, next);
    }
}
