using System.Text.Json.Nodes;

namespace KafkaMesh.Operator.Admission;

/// <summary>What the LimitRanges of a namespace demand.</summary>
/// <param name="Container">Of every container; null: nothing.</param>
/// <param name="Pod">Of every pod, over all its containers; null: nothing.</param>
internal sealed record NamespaceLimits(RangeLimits? Container, RangeLimits? Pod)
{
    /// <summary>Reads LimitRanges.</summary>
    public static NamespaceLimits Of(IReadOnlyCollection<JsonObject> limitRanges) => new(RangeLimits.Of(limitRanges, "Container"), RangeLimits.Of(limitRanges, "Pod"));
}
