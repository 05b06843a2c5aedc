using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace KafkaMesh.Proxy.ProfileTool;

/// <summary>The profile's references to types of other assemblies.</summary>
internal sealed class TypeReferences(MetadataBuilder metadata, AssemblySet assemblies)
{
    // What stands for all reference types in shared generic code; crossgen2 looks for it in an assembly of this name.
    private const string Canon = "System.__Canon";
    private const string CanonAssembly = "System.Private.Canon";

    private static readonly Dictionary<string, PrimitiveTypeCode> s_primitives = new(StringComparer.Ordinal)
    {
        ["bool"] = PrimitiveTypeCode.Boolean,
        ["char"] = PrimitiveTypeCode.Char,
        ["sbyte"] = PrimitiveTypeCode.SByte,
        ["byte"] = PrimitiveTypeCode.Byte,
        ["ubyte"] = PrimitiveTypeCode.Byte,
        ["short"] = PrimitiveTypeCode.Int16,
        ["ushort"] = PrimitiveTypeCode.UInt16,
        ["int"] = PrimitiveTypeCode.Int32,
        ["uint"] = PrimitiveTypeCode.UInt32,
        ["long"] = PrimitiveTypeCode.Int64,
        ["ulong"] = PrimitiveTypeCode.UInt64,
        ["float"] = PrimitiveTypeCode.Single,
        ["double"] = PrimitiveTypeCode.Double,
        ["nint"] = PrimitiveTypeCode.IntPtr,
        ["nuint"] = PrimitiveTypeCode.UIntPtr,
    };

    private readonly Dictionary<string, AssemblyReferenceHandle> _assemblies = new(StringComparer.Ordinal);
    private readonly Dictionary<(EntityHandle Scope, string Space, string Name), TypeReferenceHandle> _types = [];

    /// <summary>A reference to a definition, with its arguments if it is generic; false when no assembly has one of them.</summary>
    public bool TryGet(TypeName name, EntityHandle definition, out EntityHandle reference)
    {
        reference = definition;
        if (name.Arguments.Count == 0)
        {
            return name.Ranks.Count == 0;
        }

        var signature = new BlobBuilder();
        // Crossgen2 does not ask whether it is a value type: it looks.
        GenericTypeArgumentsEncoder arguments = new BlobEncoder(signature).TypeSpecificationSignature().GenericInstantiation(definition, name.Arguments.Count, isValueType: false);
        if (name.Ranks.Count > 0 || !name.Arguments.All(argument => TryEncode(argument, arguments.AddArgument())))
        {
            return false;
        }

        reference = metadata.AddTypeSpecification(metadata.GetOrAddBlob(signature));
        return true;
    }

    /// <summary>Writes a type into a signature; false when no assembly has it, and then the signature is of no use.</summary>
    public bool TryEncode(TypeName name, SignatureTypeEncoder encoder)
    {
        if (name.Ranks.Count > 0)
        {
            TypeName element = name with { Ranks = name.Ranks.Take(name.Ranks.Count - 1).ToList() };
            return name.Ranks[^1] == 1 && TryEncode(element, encoder.SZArray());
        }

        if (s_primitives.TryGetValue(name.ToString(), out PrimitiveTypeCode code))
        {
            encoder.PrimitiveType(code);
            return true;
        }

        if (!TryGetDefinition(name, out EntityHandle reference, out bool isValueType))
        {
            return false;
        }

        if (name.Arguments.Count == 0)
        {
            encoder.Type(reference, isValueType);
            return true;
        }

        GenericTypeArgumentsEncoder arguments = encoder.GenericInstantiation(reference, name.Arguments.Count, isValueType);
        return name.Arguments.All(argument => TryEncode(argument, arguments.AddArgument()));
    }

    /// <summary>A reference to a type that a module of the set defines or refers to.</summary>
    public EntityHandle Copy(MetadataReader reader, EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                return Copy(reader, reader.GetTypeDefinition((TypeDefinitionHandle)handle));
            case HandleKind.TypeReference:
                TypeReference type = reader.GetTypeReference((TypeReferenceHandle)handle);
                EntityHandle scope = type.ResolutionScope.Kind == HandleKind.AssemblyReference
                    ? Assembly(reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name))
                    : Copy(reader, type.ResolutionScope);
                return Reference(scope, reader.GetString(type.Namespace), reader.GetString(type.Name));
            default:
                throw new FormatException($"a signature refers to a type by a {handle.Kind}");
        }
    }

    /// <summary>A reference to a type of a module of the set.</summary>
    public EntityHandle Copy(MetadataReader reader, TypeDefinition type)
    {
        TypeDefinitionHandle outer = type.GetDeclaringType();
        EntityHandle scope = outer.IsNil ? Assembly(reader.GetString(reader.GetAssemblyDefinition().Name)) : Copy(reader, reader.GetTypeDefinition(outer));
        return Reference(scope, reader.GetString(type.Namespace), reader.GetString(type.Name));
    }

    private bool TryGetDefinition(TypeName name, out EntityHandle reference, out bool isValueType)
    {
        reference = default;
        isValueType = false;
        if (name.ToString() == Canon)
        {
            reference = Reference(Assembly(CanonAssembly), "System", "__Canon");
            return true;
        }

        if (assemblies.Find(name) is not [(MetadataReader reader, TypeDefinition type), ..])
        {
            return false;
        }

        reference = Copy(reader, type);
        isValueType = IsValueType(reader, type);
        return true;
    }

    private TypeReferenceHandle Reference(EntityHandle scope, string space, string name)
    {
        if (!_types.TryGetValue((scope, space, name), out TypeReferenceHandle reference))
        {
            reference = metadata.AddTypeReference(scope, metadata.GetOrAddString(space), metadata.GetOrAddString(name));
            _types.Add((scope, space, name), reference);
        }

        return reference;
    }

    private AssemblyReferenceHandle Assembly(string name)
    {
        if (!_assemblies.TryGetValue(name, out AssemblyReferenceHandle reference))
        {
            reference = metadata.AddAssemblyReference(metadata.GetOrAddString(name), new Version(0, 0, 0, 0), default, default, default, default);
            _assemblies.Add(name, reference);
        }

        return reference;
    }

    private static bool IsValueType(MetadataReader reader, TypeDefinition type)
    {
        (string space, string name) = type.BaseType.Kind switch
        {
            HandleKind.TypeReference => Name(reader.GetTypeReference((TypeReferenceHandle)type.BaseType)),
            HandleKind.TypeDefinition when !type.BaseType.IsNil => NameOf(reader.GetTypeDefinition((TypeDefinitionHandle)type.BaseType)),
            _ => ("", ""),
        };
        bool isEnumItself = reader.StringComparer.Equals(type.Namespace, "System") && reader.StringComparer.Equals(type.Name, "Enum");
        return space == "System" && name is "ValueType" or "Enum" && !isEnumItself;

        (string, string) Name(TypeReference reference) => (reader.GetString(reference.Namespace), reader.GetString(reference.Name));

        (string, string) NameOf(TypeDefinition definition) => (reader.GetString(definition.Namespace), reader.GetString(definition.Name));
    }
}
