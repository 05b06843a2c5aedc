using System.Text.Json.Nodes;

namespace KafkaMesh.Operator.Admission.Pods;

/// <summary>
/// What a pod's containers take together of one resource, as the LimitRanger plug-in adds it up: containers and native sidecars run at
/// once; each init container runs alone with the native sidecars that stand before it.
/// </summary>
/// <param name="Running">Of containers and native sidecars.</param>
/// <param name="Starting">The most while init containers run.</param>
/// <param name="IsNamed">Some container names an amount.</param>
internal readonly record struct PodTotal(decimal Running, decimal Starting, bool IsNamed)
{
    /// <summary>What counts.</summary>
    public decimal Amount => Math.Max(Running, Starting);

    /// <summary>Adds up.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="kind"><c>requests</c> or <c>limits</c>.</param>
    /// <param name="resource">Such as <c>memory</c>.</param>
    public static PodTotal Of(PodView pod, string kind, string resource)
    {
        var (running, starting, native, isNamed) = (0m, 0m, 0m, false);
        foreach (var container in pod.Containers)
            running += Take(container);
        foreach (var container in pod.InitContainers)
        {
            var amount = Take(container);
            if (PodView.Text(container, "restartPolicy") == "Always")
            {
                running += amount;
                native += amount;
                amount = 0;
            }
            starting = Math.Max(starting, native + amount);
        }
        return new PodTotal(running, starting, isNamed);

        decimal Take(JsonObject container)
        {
            // The API server fills in a request that is not named with the limit.
            var amount = Named(container, kind) ?? (kind == "requests" ? Named(container, "limits") : null);
            isNamed |= amount is not null;
            return amount ?? 0;
        }

        decimal? Named(JsonObject container, string part) => QuantityValue.Of(((container["resources"] as JsonObject)?[part] as JsonObject)?[resource]);
    }

    /// <summary>What a sidecar may take of it, so that the pod takes at most so much.</summary>
    /// <param name="most">The greatest amount of the pod.</param>
    /// <param name="isNative">The sidecar starts before all init containers; else it runs with the containers alone.</param>
    public decimal Room(decimal most, bool isNative) => most - (isNative ? Amount : Running);

    /// <summary>What counts with a sidecar that takes so much.</summary>
    /// <param name="sidecar">Its amount.</param>
    /// <param name="isNative">As for <see cref="Room"/>.</param>
    public decimal With(decimal sidecar, bool isNative) => isNative ? Amount + sidecar : Math.Max(Running + sidecar, Starting);
}
