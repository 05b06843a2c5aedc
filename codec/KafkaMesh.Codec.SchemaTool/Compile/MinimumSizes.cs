using KafkaMesh.Codec.SchemaTool.Model;

namespace KafkaMesh.Codec.SchemaTool.Compile;

/// <summary>The least bytes that fields take on the wire: they bound how many elements the rest of a frame can hold.</summary>
internal sealed class MinimumSizes(int version, bool isFlexible)
{
    /// <summary>Least bytes of one element of an array.</summary>
    public int OfElement(FieldSpec array) => OfOne(array, isNullable: false);

    private int Of(FieldSpec field)
    {
        if (!field.IsInline(version)) return 0;
        return field.Type.IsArray ? LengthPrefix(sizeof(int)) : OfOne(field, field.Nullable.Contains(version));
    }

    private int OfOne(FieldSpec field, bool isNullable) => field.Type.Name switch
    {
        _ when field.Type.FixedSize > 0 => field.Type.FixedSize,
        "string" => LengthPrefix(sizeof(short)),
        "bytes" or "records" => LengthPrefix(sizeof(int)),
        _ when isNullable => 1,
        _ => field.Fields.Sum(Of) + (isFlexible ? 1 : 0),
    };

    private int LengthPrefix(int legacy) => isFlexible ? 1 : legacy;
}
