using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Defaults;

/// <summary>The defaults of workload kinds: Deployment, ReplicaSet, StatefulSet, DaemonSet and Job.</summary>
internal static class WorkloadDefaults
{
    /// <summary>Deployment: one replica, rolling update by a quarter.</summary>
    public static void Deployment(JsonObject obj)
    {
        var spec = Template(obj);
        spec.Default("replicas", 1);
        spec.Default("revisionHistoryLimit", 10);
        spec.Default("progressDeadlineSeconds", 600);
        var strategy = spec.MapOrNew("strategy");
        if (strategy.Text("type").Length == 0)
        {
            strategy["type"] = "RollingUpdate";
        }

        if (strategy.Text("type") == "RollingUpdate")
        {
            var rolling = strategy.MapOrNew("rollingUpdate");
            rolling.Default("maxUnavailable", "25%");
            rolling.Default("maxSurge", "25%");
        }
    }

    /// <summary>ReplicaSet: one replica; labels of the template when it has none.</summary>
    public static void ReplicaSet(JsonObject obj)
    {
        var spec = Template(obj);
        spec.Default("replicas", 1);
        var metadata = obj.MapOrNew("metadata");
        if (metadata.Map("labels") is null or { Count: 0 } && spec.Map("template").Map("metadata").Map("labels") is { Count: > 0 } labels)
        {
            metadata["labels"] = labels.DeepClone();
        }
    }

    /// <summary>StatefulSet: ordered, rolling.</summary>
    public static void StatefulSet(JsonObject obj)
    {
        var spec = Template(obj);
        spec.Default("replicas", 1);
        spec.Default("revisionHistoryLimit", 10);
        spec.Default("persistentVolumeClaimRetentionPolicy", new JsonObject { ["whenDeleted"] = "Retain", ["whenScaled"] = "Retain" });
        DefaultText(spec, "podManagementPolicy", "OrderedReady");
        var strategy = spec.MapOrNew("updateStrategy");
        DefaultText(strategy, "type", "RollingUpdate");
        if (strategy.Text("type") == "RollingUpdate")
        {
            strategy.MapOrNew("rollingUpdate").Default("partition", 0);
        }
    }

    /// <summary>DaemonSet: rolling, one node at a time.</summary>
    public static void DaemonSet(JsonObject obj)
    {
        var spec = Template(obj);
        spec.Default("revisionHistoryLimit", 10);
        var strategy = spec.MapOrNew("updateStrategy");
        DefaultText(strategy, "type", "RollingUpdate");
        if (strategy.Text("type") == "RollingUpdate")
        {
            var rolling = strategy.MapOrNew("rollingUpdate");
            rolling.Default("maxUnavailable", 1);
            rolling.Default("maxSurge", 0);
        }
    }

    /// <summary>Job: one completion, six retries.</summary>
    public static void Job(JsonObject obj)
    {
        var spec = Template(obj);
        if (spec["completions"] is null && spec["parallelism"] is null)
        {
            spec["completions"] = 1;
        }

        spec.Default("parallelism", 1);
        spec.Default("backoffLimit", 6);
        spec.Default("completionMode", "NonIndexed");
        spec.Default("suspend", false);
        spec.Default("podReplacementPolicy", spec["podFailurePolicy"] is null ? "TerminatingOrFailed" : "Failed");
    }

    /// <summary>Gives a new Job, whose uid is known, the selector and the template labels that tie its pods to it.</summary>
    public static void SelectJobPods(JsonObject obj)
    {
        var spec = obj.MapOrNew("spec");
        if (spec.Flag("manualSelector") == true)
        {
            return;
        }

        var (uid, name) = (obj.Map("metadata").Text("uid"), obj.Map("metadata").Text("name"));
        spec["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["batch.kubernetes.io/controller-uid"] = uid } };
        var labels = spec.MapOrNew("template").MapOrNew("metadata").MapOrNew("labels");
        labels["batch.kubernetes.io/controller-uid"] = uid;
        labels["batch.kubernetes.io/job-name"] = name;
        labels["controller-uid"] = uid;
        labels["job-name"] = name;
    }

    private static JsonObject Template(JsonObject obj)
    {
        var spec = obj.MapOrNew("spec");
        PodDefaults.ApplyToTemplate(spec.MapOrNew("template"));
        return spec;
    }

    private static void DefaultText(JsonObject obj, string name, string value)
    {
        if (obj.Text(name).Length == 0)
        {
            obj[name] = value;
        }
    }
}
