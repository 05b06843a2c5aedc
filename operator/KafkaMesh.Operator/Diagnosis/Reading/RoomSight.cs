using System.Text.Json.Nodes;

namespace KafkaMesh.Operator.Diagnosis.Reading;

/// <summary>What bounds the resources of a namespace's pods.</summary>
/// <param name="Quotas">Its ResourceQuotas.</param>
/// <param name="Ranges">Its LimitRanges.</param>
internal sealed record RoomSight(Sight<IReadOnlyList<JsonObject>> Quotas, Sight<IReadOnlyList<JsonObject>> Ranges);
