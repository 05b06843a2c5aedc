using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Discovery;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.ApiServer.Defaults;

/// <summary>
/// Fields of features that a version has switched off: they are dropped without a word after all webhooks, from pods and from templates of
/// pods, as <c>DropDisabledPodFields</c> of Kubernetes' <c>pkg/api/pod</c> does.
/// </summary>
internal sealed class DisabledFields(ServerVersion version) : IAdmission
{
    /// <inheritdoc/>
    public ValueTask<JsonObject?> AdmitAsync(WriteContext context, JsonObject? obj)
    {
        if (!version.HasNativeSidecars && obj is not null && context.Subresource.Length == 0 && PodSpecOf(context, obj) is { } spec)
        {
            foreach (var container in spec.Items("initContainers"))
            {
                container.Remove("restartPolicy");
            }
        }

        return ValueTask.FromResult(obj);
    }

    private static JsonObject? PodSpecOf(WriteContext context, JsonObject obj) => context.Kind switch
    {
        { IsCustom: true } => null,
        { Group: "", Kind: "Pod" } => obj.Map("spec"),
        { Group: "apps" or "batch" } => obj.Map("spec").Map("template").Map("spec"),
        _ => null,
    };
}
