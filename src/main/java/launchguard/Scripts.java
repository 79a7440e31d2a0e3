package launchguard;

import java.time.Instant;

/** What is said in the rehearsal: by EC2 and Auto Scaling in XML, by the instance's probe in JSON. */
final class Scripts {
    private Scripts() {}

    static String instances(String instance, Instant now, String optIn) {
        return """
                <DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><reservationSet><item>\
                <instancesSet><item><instanceId>%s</instanceId><instanceState><code>16</code><name>running</name>\
                </instanceState><launchTime>%s</launchTime><tagSet><item><key>launch-guard</key><value>%s</value></item>\
                </tagSet></item></instancesSet></item></reservationSet></DescribeInstancesResponse>
                """.formatted(instance, now.minusSeconds(100), escaped(optIn));
    }

    static String scalingInstances(String instance) {
        return """
                <DescribeAutoScalingInstancesResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/">\
                <DescribeAutoScalingInstancesResult><AutoScalingInstances><member><InstanceId>%s</InstanceId>\
                <AutoScalingGroupName>rehearsal</AutoScalingGroupName><LifecycleState>InService</LifecycleState>\
                </member></AutoScalingInstances></DescribeAutoScalingInstancesResult>\
                </DescribeAutoScalingInstancesResponse>
                """.formatted(instance);
    }

    static String groups(String optIn) {
        return """
                <DescribeAutoScalingGroupsResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/">\
                <DescribeAutoScalingGroupsResult><AutoScalingGroups><member>\
                <AutoScalingGroupName>rehearsal</AutoScalingGroupName><Tags><member><Key>launch-guard</Key>\
                <Value>%s</Value></member></Tags></member></AutoScalingGroups></DescribeAutoScalingGroupsResult>\
                </DescribeAutoScalingGroupsResponse>
                """.formatted(escaped(optIn));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    /** Booted 100 seconds ago; cloud-init ended after 60, the deployment began after 70 and started one JVM. */
    static String evidence(String instance, String deployment, Instant now) {
        return """
                {"schema": 1, "host": {"os": "amzn", "osVersion": "2023", "instanceId": "%s", "bootId": "rehearsal", \
                "now": %d, "uptime": 100.0}, "cloudInit": {"state": "done", "version": "22.2", "finishedUptime": 60.0, \
                "source": "systemd", "upgradedPackages": false, "errors": []}, "agent": {"installed": true, \
                "running": true, "ongoing": []}, "deployments": [{"groupId": "00000000-0000-0000-0000-000000000000", \
                "deploymentId": "%s", "startedUptime": 70.0, "source": "deployments.log", "thisBoot": true, \
                "lastInstalled": true}], "packages": [{"name": "java-25-amazon-corretto-headless", "version": "25", \
                "installedAt": %d, "manager": "rpm"}], "jvms": [{"pid": 2210, "startedUptime": 80.0, "user": "app", \
                "unit": "app.service", "container": false, "exe": "/usr/lib/jvm/java-25/bin/java", "exeLinks": 1, \
                "startTicks": 8000, "javaHome": "/usr/lib/jvm/java-25", "javaHomeGone": false, "deletedMappings": []}], \
                "failedUnits": [], "symptoms": [], "problems": [], "truncated": []}
                """.formatted(instance, now.getEpochSecond(), deployment, now.getEpochSecond() - 86_400);
    }
}
