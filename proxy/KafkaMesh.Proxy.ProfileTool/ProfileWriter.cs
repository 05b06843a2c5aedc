using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace KafkaMesh.Proxy.ProfileTool;

/// <summary>
/// Writes a profile (.mibc) for crossgen2: a module whose global method <c>AssemblyDictionary</c> names groups, and each group is a
/// method that loads the token of every profiled method with its weight. None of it is ever run.
/// </summary>
internal sealed class ProfileWriter
{
    private const int MethodsPerGroup = 500;

    private readonly AssemblySet _assemblies;
    private readonly MetadataBuilder _metadata = new();
    private readonly MethodBodyStreamEncoder _bodies = new(new BlobBuilder());
    private readonly TypeReferences _types;
    private readonly List<(EntityHandle Method, string Assembly)> _methods = [];
    private readonly HashSet<(MetadataReader, MethodDefinitionHandle, string Arguments)> _added = [];
    private readonly List<(MetadataReader Reader, MethodName Name, MethodDefinition Method)> _instantiated = [];
    private readonly BlobHandle _nothing;

    /// <summary>A profile of methods of these assemblies.</summary>
    public ProfileWriter(AssemblySet assemblies)
    {
        _assemblies = assemblies;
        _types = new TypeReferences(_metadata, assemblies);
        var signature = new BlobBuilder();
        new BlobEncoder(signature).MethodSignature().Parameters(0, returns => returns.Void(), _ => { });
        _nothing = _metadata.GetOrAddBlob(signature);
    }

    /// <summary>Adds a method, with all its overloads of so many parameters, in every assembly that has a type of this name; false when there is none.</summary>
    public bool Add(MethodName name)
    {
        bool isFound = false;
        foreach ((MetadataReader reader, TypeDefinition type) in _assemblies.Find(name.Type))
        {
            foreach (MethodDefinitionHandle handle in type.GetMethods())
            {
                MethodDefinition method = reader.GetMethodDefinition(handle);
                if (reader.StringComparer.Equals(method.Name, name.Name) && Takes(reader, method, name) && TryReference(reader, type, method, name, out EntityHandle reference))
                {
                    _methods.Add((reference, reader.GetString(reader.GetAssemblyDefinition().Name)));
                    _ = _added.Add((reader, handle, Key(name)));
                    isFound = true;
                    if (name.Arguments.Count > 0)
                    {
                        _instantiated.Add((reader, name, method));
                    }
                }
            }
        }

        return isFound;
    }

    /// <summary>
    /// Adds every method of an assembly that was not added yet, but those of generic types. A generic method is added with the arguments that a method of
    /// the same type with the same constraints was added with: whichever of them the traffic behind the list did not call, other traffic does.
    /// </summary>
    /// <exception cref="FormatException">It is not among the assemblies.</exception>
    public void AddAll(string assembly)
    {
        var instantiated = _instantiated.ToLookup(one => (one.Reader, one.Name.Type.ToString()));
        foreach ((MetadataReader reader, TypeDefinition type) in _assemblies.TypesOf(assembly))
        {
            if (type.GetGenericParameters().Count > 0)
            {
                continue;
            }

            foreach (MethodDefinitionHandle handle in type.GetMethods())
            {
                MethodDefinition method = reader.GetMethodDefinition(handle);
                if (method.RelativeVirtualAddress == 0)
                {
                    continue;
                }

                if (method.GetGenericParameters().Count == 0)
                {
                    if (_added.Add((reader, handle, "")))
                    {
                        _methods.Add((Reference(reader, method, _types.Copy(reader, type)), assembly));
                    }

                    continue;
                }

                foreach ((_, MethodName name, MethodDefinition like) in instantiated[(reader, AssemblySet.FullName(reader, type))])
                {
                    if (HaveSameParameters(reader, method, like) && _added.Add((reader, handle, Key(name))) && TryReference(reader, type, method, name, out EntityHandle reference))
                    {
                        _methods.Add((reference, assembly));
                    }
                }
            }
        }
    }

    /// <summary>Writes the file. What was added first weighs most.</summary>
    public void Save(string path)
    {
        var directory = new BlobBuilder();
        var code = new InstructionEncoder(directory);
        List<int> offsets = [];
        for (int first = 0; first < _methods.Count; first += MethodsPerGroup)
        {
            code.LoadString(_metadata.GetOrAddUserString(_methods[first].Assembly));
            code.OpCode(ILOpCode.Ldtoken);
            code.Token(MetadataTokens.MethodDefinitionHandle(offsets.Count + 2));
            code.OpCode(ILOpCode.Pop);
            offsets.Add(Group(first));
        }

        code.OpCode(ILOpCode.Ret);
        _ = _metadata.AddModule(0, _metadata.GetOrAddString("profile"), _metadata.GetOrAddGuid(new Guid("5d0a1c56-3a5f-4f52-9f7b-6b0f3c0d2f11")), default, default);
        _ = _metadata.AddAssembly(_metadata.GetOrAddString("profile"), new Version(0, 0, 0, 0), default, default, default, AssemblyHashAlgorithm.None);
        _ = _metadata.AddTypeDefinition(default, default, _metadata.GetOrAddString("<Module>"), default, MetadataTokens.FieldDefinitionHandle(1), MetadataTokens.MethodDefinitionHandle(1));
        AddMethod("AssemblyDictionary", _bodies.AddMethodBody(code));
        for (int i = 0; i < offsets.Count; i++)
        {
            AddMethod($"Group{i}", offsets[i]);
        }

        var image = new BlobBuilder();
        _ = new ManagedPEBuilder(PEHeaderBuilder.CreateLibraryHeader(), new MetadataRootBuilder(_metadata), _bodies.Builder, deterministicIdProvider: _ => default).Serialize(image);
        using FileStream file = File.Create(path);
        image.WriteContentTo(file);
    }

    private int Group(int first)
    {
        var code = new InstructionEncoder(new BlobBuilder());
        for (int i = first; i < Math.Min(first + MethodsPerGroup, _methods.Count); i++)
        {
            code.OpCode(ILOpCode.Ldtoken);
            code.Token(_methods[i].Method);
            code.LoadString(_metadata.GetOrAddUserString("ExclusiveWeight"));
            code.LoadConstantI4(_methods.Count - i);
            code.OpCode(ILOpCode.Pop);
        }

        code.OpCode(ILOpCode.Ret);
        return _bodies.AddMethodBody(code);
    }

    private void AddMethod(string name, int body) => _ = _metadata.AddMethodDefinition(
        MethodAttributes.Public | MethodAttributes.Static, MethodImplAttributes.IL, _metadata.GetOrAddString(name), _nothing, body, MetadataTokens.ParameterHandle(1));

    private static bool Takes(MetadataReader reader, MethodDefinition method, MethodName name)
    {
        BlobReader signature = reader.GetBlobReader(method.Signature);
        int generic = signature.ReadSignatureHeader().IsGeneric ? signature.ReadCompressedInteger() : 0;
        return generic == name.Arguments.Count && signature.ReadCompressedInteger() == name.ParameterCount;
    }

    private static string Key(MethodName name) => string.Join(',', name.Type.Arguments.Concat(name.Arguments).Select(argument => argument.Text));

    private static bool HaveSameParameters(MetadataReader reader, MethodDefinition one, MethodDefinition other) =>
        Parameters(reader, one).SequenceEqual(Parameters(reader, other));

    private static IEnumerable<(GenericParameterAttributes, string Constraints)> Parameters(MetadataReader reader, MethodDefinition method) =>
        from handle in method.GetGenericParameters()
        let parameter = reader.GetGenericParameter(handle)
        let constraints = parameter.GetConstraints().Select(constraint => MetadataTokens.GetToken(reader.GetGenericParameterConstraint(constraint).Type))
        select (parameter.Attributes, string.Join(',', constraints));

    private EntityHandle Reference(MetadataReader reader, MethodDefinition method, EntityHandle parent)
    {
        var signature = new BlobBuilder();
        BlobReader from = reader.GetBlobReader(method.Signature);
        SignatureCopy.Method(ref from, signature, handle => CodedIndex.TypeDefOrRefOrSpec(_types.Copy(reader, handle)));
        return _metadata.AddMemberReference(parent, _metadata.GetOrAddString(reader.GetString(method.Name)), _metadata.GetOrAddBlob(signature));
    }

    private bool TryReference(MetadataReader reader, TypeDefinition type, MethodDefinition method, MethodName name, out EntityHandle reference)
    {
        reference = default;
        if (!_types.TryGet(name.Type, _types.Copy(reader, type), out EntityHandle parent))
        {
            return false;
        }

        reference = Reference(reader, method, parent);
        if (name.Arguments.Count == 0)
        {
            return true;
        }

        var arguments = new BlobBuilder();
        GenericTypeArgumentsEncoder encoder = new BlobEncoder(arguments).MethodSpecificationSignature(name.Arguments.Count);
        if (!name.Arguments.All(argument => _types.TryEncode(argument, encoder.AddArgument())))
        {
            return false;
        }

        reference = _metadata.AddMethodSpecification(reference, _metadata.GetOrAddBlob(arguments));
        return true;
    }
}
