package launchguard.cases;

/** The store in memory keeps the promises of every store. */
class MemoryCaseStoreTest extends CaseStoreContract {
    private final CaseStore store = new MemoryCaseStore();

    @Override
    protected CaseStore store() {
        return store;
    }
}
