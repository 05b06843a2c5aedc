using System.Globalization;
using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Rest.Selection;

/// <summary>One comparison of a label selector.</summary>
internal sealed record LabelRequirement(string Key, LabelOperator Operator, IReadOnlyList<string> Values)
{
    /// <summary>Whether labels (null when there are none) fulfil it.</summary>
    public bool Matches(JsonObject? labels)
    {
        var value = (labels?[Key] as JsonValue)?.GetValue<string>();
        return Operator switch
        {
            LabelOperator.In => value is not null && Values.Contains(value),
            LabelOperator.NotIn => value is null || !Values.Contains(value),
            LabelOperator.Exists => value is not null,
            LabelOperator.Absent => value is null,
            LabelOperator.GreaterThan => Compare(value) is > 0,
            _ => Compare(value) is < 0,
        };
    }

    private int? Compare(string? value) =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var actual)
            ? actual.CompareTo(long.Parse(Values[0], CultureInfo.InvariantCulture))
            : null;
}
