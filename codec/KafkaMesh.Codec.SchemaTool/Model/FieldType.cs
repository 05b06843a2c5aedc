namespace KafkaMesh.Codec.SchemaTool.Model;

/// <summary>The type of a field: a primitive or a structure, alone or as an array's element.</summary>
/// <param name="Name">Name of the primitive or structure.</param>
/// <param name="IsArray">Whether the field holds any number of them.</param>
internal readonly record struct FieldType(string Name, bool IsArray)
{
    private const string ArrayPrefix = "[]";

    /// <summary>Whether the name is one of Kafka's primitives; structures begin with a capital.</summary>
    public bool IsPrimitive => Name is "bool" or "int8" or "int16" or "uint16" or "int32" or "uint32" or "int64" or "float64"
        or "uuid" or "string" or "bytes" or "records";

    /// <summary>Bytes of a fixed-size primitive; 0 for the others.</summary>
    public int FixedSize => Name switch
    {
        "bool" or "int8" => 1,
        "int16" or "uint16" => 2,
        "int32" or "uint32" => 4,
        "int64" or "float64" => 8,
        "uuid" => 16,
        _ => 0,
    };

    public static FieldType Parse(string text)
    {
        var isArray = text.StartsWith(ArrayPrefix, StringComparison.Ordinal);
        var type = new FieldType(isArray ? text[ArrayPrefix.Length..] : text, isArray);
        var isStruct = type.Name.Length > 0 && char.IsAsciiLetterUpper(type.Name[0]) && type.Name.All(char.IsAsciiLetterOrDigit);
        if (!type.IsPrimitive && !isStruct) throw new FormatException($"type '{text}' is unknown");
        if (isArray && type.Name is ("records" or "bytes")) throw new FormatException($"type '{text}' is not a type that Kafka has");
        return type;
    }

    public override string ToString() => IsArray ? ArrayPrefix + Name : Name;
}
