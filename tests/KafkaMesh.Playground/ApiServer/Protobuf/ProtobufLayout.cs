using System.Runtime.CompilerServices;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Protobuf;

/// <summary>The numbered fields of one protobuf message, made from the schema of the same type.</summary>
internal sealed class ProtobufLayout
{
    private static readonly ConditionalWeakTable<StructuralSchema, ProtobufLayout> Known = [];
    private readonly Dictionary<int, (string Name, StructuralSchema Schema)> _fields = [];
    private readonly Dictionary<int, ProtobufLayout> _inlined = [];

    /// <summary>Whether no field has a number, so that the type cannot be read.</summary>
    public bool IsEmpty => _fields.Count == 0 && _inlined.Count == 0;

    /// <summary>The layout of a struct.</summary>
    public static ProtobufLayout Of(StructuralSchema schema) => Known.GetValue(schema, Build);

    /// <summary>The field with a number; false when the schema does not have it.</summary>
    public bool TryField(int number, out (string Name, StructuralSchema Schema) field) => _fields.TryGetValue(number, out field);

    /// <summary>The message with a number whose fields JSON writes into the message around it; null when there is none.</summary>
    public ProtobufLayout? Inlined(int number) => _inlined.GetValueOrDefault(number);

    private static ProtobufLayout Build(StructuralSchema schema)
    {
        var layout = new ProtobufLayout();
        foreach (var (name, field) in schema.Properties.Where(p => p.Value.ProtobufPath.Count > 0))
        {
            var at = layout;
            foreach (var outer in field.ProtobufPath.SkipLast(1))
            {
                at = at._inlined.TryGetValue(outer, out var inner) ? inner : at._inlined[outer] = new ProtobufLayout();
            }

            at._fields.Add(field.ProtobufPath[^1], (name, field));
        }

        return layout;
    }
}
