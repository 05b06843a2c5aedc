using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Defaults;

/// <summary>
/// The built-in admission plug-ins that change new pods: ServiceAccount (with the projected token volume), DefaultTolerationSeconds,
/// Priority. They are idempotent, so that they can run again after a webhook changed the pod.
/// </summary>
internal sealed class PodAdmission(Func<string, string, JsonObject?> findServiceAccount, SchemaCatalog schemas) : IAdmission
{
    /// <summary>Where the token volume is mounted in every container.</summary>
    public const string TokenMountPath = "/var/run/secrets/kubernetes.io/serviceaccount";

    private const string TokenVolumePrefix = "kube-api-access-";
    private const string NameLetters = "bcdfghjklmnpqrstvwxz2456789";

    /// <inheritdoc/>
    public ValueTask<JsonObject?> AdmitAsync(WriteContext context, JsonObject? obj)
    {
        if (obj is not null && context is { Operation: WriteOperation.Create, Subresource: "" } && context.Kind is { Group: "", Kind: "Pod" })
        {
            ServiceAccount(context, obj.MapOrNew("spec"));
            Tolerations(obj.MapOrNew("spec"));
            obj.MapOrNew("spec").Default("priority", 0);
            obj.MapOrNew("spec").Default("preemptionPolicy", "PreemptLowerPriority");
            new FieldChecker(schemas).Normalise(context.Kind, obj);
        }

        return ValueTask.FromResult(obj);
    }

    private void ServiceAccount(WriteContext context, JsonObject spec)
    {
        if (spec.Text("serviceAccountName").Length == 0)
        {
            spec["serviceAccountName"] = "default";
        }

        var name = spec.Text("serviceAccountName");
        spec["serviceAccount"] = name;
        var account = findServiceAccount(context.Namespace, name) ?? throw ApiErrors.Forbidden(
            "", "pods", context.Name, $"error looking up service account {context.Namespace}/{name}: serviceaccount \"{name}\" not found");
        if (spec.Flag("automountServiceAccountToken") ?? account.Flag("automountServiceAccountToken") ?? true)
        {
            MountToken(spec);
        }

        if (spec["imagePullSecrets"] is null && account["imagePullSecrets"] is JsonArray { Count: > 0 } secrets)
        {
            spec["imagePullSecrets"] = secrets.DeepClone();
        }
    }

    private static void MountToken(JsonObject spec)
    {
        var volume = spec.Items("volumes").Select(v => v.Text("name")).FirstOrDefault(n => n.StartsWith(TokenVolumePrefix, StringComparison.Ordinal));
        var name = volume ?? TokenVolumePrefix + RandomNumberGenerator.GetString(NameLetters, 5);
        var isUsed = false;
        foreach (var container in spec.Items("initContainers").Concat(spec.Items("containers")))
        {
            if (container.Items("volumeMounts").Any(mount => mount.Text("mountPath") == TokenMountPath))
            {
                continue;
            }

            isUsed = true;
            if (container["volumeMounts"] is not JsonArray mounts)
            {
                mounts = [];
                container["volumeMounts"] = mounts;
            }

            mounts.Add(new JsonObject { ["name"] = name, ["readOnly"] = true, ["mountPath"] = TokenMountPath });
        }

        if (isUsed && volume is null)
        {
            if (spec["volumes"] is not JsonArray volumes)
            {
                volumes = [];
                spec["volumes"] = volumes;
            }

            volumes.Add(TokenVolume(name));
        }
    }

    private static JsonObject TokenVolume(string name) => new()
    {
        ["name"] = name,
        ["projected"] = new JsonObject
        {
            ["sources"] = new JsonArray(
                new JsonObject { ["serviceAccountToken"] = new JsonObject { ["expirationSeconds"] = 3607, ["path"] = "token" } },
                new JsonObject
                {
                    ["configMap"] = new JsonObject
                    {
                        ["name"] = "kube-root-ca.crt",
                        ["items"] = new JsonArray(new JsonObject { ["key"] = "ca.crt", ["path"] = "ca.crt" }),
                    },
                },
                new JsonObject
                {
                    ["downwardAPI"] = new JsonObject
                    {
                        ["items"] = new JsonArray(new JsonObject
                        {
                            ["path"] = "namespace",
                            ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = "metadata.namespace" },
                        }),
                    },
                }),
            ["defaultMode"] = 420,
        },
    };

    private static void Tolerations(JsonObject spec)
    {
        foreach (var key in new[] { "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable" })
        {
            var isTolerated = spec.Items("tolerations").Any(t => (t.Text("key") == key || t.Text("key").Length == 0) && t.Text("effect") is "NoExecute" or "");
            if (isTolerated)
            {
                continue;
            }

            if (spec["tolerations"] is not JsonArray tolerations)
            {
                tolerations = [];
                spec["tolerations"] = tolerations;
            }

            tolerations.Add(new JsonObject { ["key"] = key, ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = 300 });
        }
    }
}
