/** DynamoDB in memory: one process, no disk, and as strict as the service. */
@org.jspecify.annotations.NullMarked
package launchguard.sandbox.dynamo;
