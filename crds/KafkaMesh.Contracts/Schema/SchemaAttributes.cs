namespace KafkaMesh.Contracts.Schema;

/// <summary>Text of a property in the CRD's OpenAPI schema (<c>kubectl explain</c> prints it).</summary>
/// <param name="text">One or more sentences for users.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class)]
public sealed class SchemaDescriptionAttribute(string text) : Attribute
{
    /// <summary>The description.</summary>
    public string Text { get; } = text;
}

/// <summary>The property must be present.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SchemaRequiredAttribute : Attribute;

/// <summary>Inclusive numeric bounds of a number, or of the items of a list of numbers.</summary>
/// <param name="minimum">Smallest value.</param>
/// <param name="maximum">Largest value; <see cref="long.MaxValue"/> for none.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SchemaRangeAttribute(long minimum, long maximum = long.MaxValue) : Attribute
{
    /// <summary>Smallest value.</summary>
    public long Minimum { get; } = minimum;

    /// <summary>Largest value.</summary>
    public long Maximum { get; } = maximum;
}

/// <summary>Regular expression that a string, or every item of a list of strings, must match.</summary>
/// <param name="expression">RE2 syntax, anchored by the author.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SchemaPatternAttribute(string expression) : Attribute
{
    /// <summary>The expression.</summary>
    public string Expression { get; } = expression;
}

/// <summary>Allowed values of a string.</summary>
/// <param name="values">The values.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SchemaEnumAttribute(params string[] values) : Attribute
{
    /// <summary>The values.</summary>
    public IReadOnlyList<string> Values { get; } = values;
}

/// <summary>Bounds of a list's length.</summary>
/// <param name="maximum">Most items.</param>
/// <param name="minimum">Fewest items.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SchemaItemsAttribute(int maximum, int minimum = 0) : Attribute
{
    /// <summary>Most items.</summary>
    public int Maximum { get; } = maximum;

    /// <summary>Fewest items.</summary>
    public int Minimum { get; } = minimum;
}

/// <summary>Longest string, in characters.</summary>
/// <param name="maximum">Most characters.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SchemaMaxLengthAttribute(int maximum) : Attribute
{
    /// <summary>Most characters.</summary>
    public int Maximum { get; } = maximum;
}

/// <summary>Default that the API server writes when the property is absent, as JSON text.</summary>
/// <param name="json">A JSON value: <c>"Annotation"</c> with its quotes, <c>[9092]</c>, <c>{}</c>.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SchemaDefaultAttribute(string json) : Attribute
{
    /// <summary>The JSON value.</summary>
    public string Json { get; } = json;
}

/// <summary>How server-side apply merges a list: <c>map</c> by key properties, or <c>set</c>.</summary>
/// <param name="type"><c>map</c>, <c>set</c> or <c>atomic</c>.</param>
/// <param name="keys">Key properties for <c>map</c>.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SchemaListTypeAttribute(string type, params string[] keys) : Attribute
{
    /// <summary><c>map</c>, <c>set</c> or <c>atomic</c>.</summary>
    public string Type { get; } = type;

    /// <summary>Key properties for <c>map</c>.</summary>
    public IReadOnlyList<string> Keys { get; } = keys;
}

/// <summary>The value may be an integer or a string (Kubernetes quantity, port).</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SchemaIntOrStringAttribute : Attribute;

/// <summary>OpenAPI format of a string: <c>date-time</c>.</summary>
/// <param name="format">The format.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SchemaFormatAttribute(string format) : Attribute
{
    /// <summary>The format.</summary>
    public string Format { get; } = format;
}
