using System.Globalization;
using KafkaMesh.Codec.SchemaTool.Model;

namespace KafkaMesh.Codec.SchemaTool.Compile;

/// <summary>
/// Texts of a structure whose meaning a number beside them says: the key that FindCoordinator asks for, the name of a resource.
/// Where a version lacks the number its default says it.
/// </summary>
/// <remarks>
/// Not those of ACLs: their resource names are patterns, of which a later field says whether they are names, prefixes or all. A
/// share partition's key, KeyType 2, names a group, a topic's id and a partition in one text (KIP-932), so it is told as none.
/// </remarks>
internal sealed class NameChoice
{
    private static readonly Rule[] Rules =
    [
        new("", "KeyType", ["Key", "CoordinatorKeys"], [new(0, FieldSemantic.GroupId), new(1, FieldSemantic.TransactionalId)]),

        // ConfigResource.Type; the others are brokers, their loggers and client metrics.
        new("Config", "ResourceType", ["ResourceName"], [new(2, FieldSemantic.TopicName), new(32, FieldSemantic.GroupId)]),
    ];

    private readonly Rule _rule;
    private readonly FieldSpec _number;
    private readonly List<FieldSpec> _fields;

    private NameChoice(Rule rule, FieldSpec number, IReadOnlyList<FieldSpec> structure, int version)
    {
        _rule = rule;
        _number = number;
        _fields = [.. structure.Where(field => field.IsInline(version))];
    }

    /// <summary>The choice in a structure; null when it has none.</summary>
    /// <param name="message">Name of the message.</param>
    /// <param name="structure">The structure's fields, those of other versions too.</param>
    /// <param name="version">The version at hand.</param>
    public static NameChoice? In(string message, IReadOnlyList<FieldSpec> structure, int version)
    {
        foreach (var rule in Rules.Where(rule => message.Contains(rule.Message, StringComparison.Ordinal)))
        {
            var number = structure.FirstOrDefault(field => field.Name == rule.Number && field.Type is { IsArray: false, Name: "int8" });
            if (number is not null && structure.Any(rule.Concerns)) return new NameChoice(rule, number, structure, version);
        }

        return null;
    }

    /// <summary>The values that mean something.</summary>
    public IReadOnlyList<TextChoice> Choices => _rule.Choices;

    /// <summary>Name of the number.</summary>
    public string Number => _number.Name;

    /// <summary>Whether the number stands in the structure in this version, so that it is known only from the wire.</summary>
    public bool IsOpen => _fields.Contains(_number);

    /// <summary>Whether the structure itself is what is named, not a list in it.</summary>
    public bool NamesStructure => IsOpen && _fields.Any(one => _rule.Concerns(one) && !one.Type.IsArray);

    /// <summary>The field that stands right before the number and is kept for it; null when none is.</summary>
    public FieldSpec? KeptField => IsOpen && _fields.IndexOf(_number) is > 0 and var at && _rule.Concerns(_fields[at - 1]) ? _fields[at - 1] : null;

    /// <summary>Whether a field is the number.</summary>
    public bool IsNumber(FieldSpec field) => IsOpen && field == _number;

    /// <summary>What a text means, or each of a list; null when it is none of them. While it is open: <see cref="TextChoice.Chosen"/> or <see cref="TextChoice.Kept"/>.</summary>
    public FieldSemantic? MeaningOf(FieldSpec field)
    {
        if (!_rule.Concerns(field)) return null;
        if (!IsOpen) return Of(_number.Default is { } value ? int.Parse(value, CultureInfo.InvariantCulture) : 0);
        return _fields.IndexOf(field) < _fields.IndexOf(_number) ? TextChoice.Kept : TextChoice.Chosen;
    }

    /// <summary>What the texts mean when the number has a value.</summary>
    public FieldSemantic Of(int value) => Choices.FirstOrDefault(choice => choice.Value == value).Semantic;

    /// <param name="Message">Part of the names of the messages that it is about.</param>
    /// <param name="Number">Name of the number.</param>
    /// <param name="Names">Names of the texts.</param>
    /// <param name="Choices">What they mean by its value.</param>
    private sealed record Rule(string Message, string Number, string[] Names, TextChoice[] Choices)
    {
        public bool Concerns(FieldSpec field) => field.Type.Name == "string" && Names.Contains(field.Name);
    }
}
