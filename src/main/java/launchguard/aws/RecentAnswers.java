package launchguard.aws;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A cache of answers that no longer change; the oldest are dropped. */
final class RecentAnswers<K, V> {
    private final Map<K, V> answers;

    RecentAnswers(int most) {
        answers = new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }

    synchronized Optional<V> find(K key) {
        return Optional.ofNullable(answers.get(key));
    }

    synchronized V keep(K key, V answer) {
        answers.put(key, answer);
        return answer;
    }
}
