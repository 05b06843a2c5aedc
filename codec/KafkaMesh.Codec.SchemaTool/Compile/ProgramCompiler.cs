using KafkaMesh.Codec.SchemaTool.Model;

namespace KafkaMesh.Codec.SchemaTool.Compile;

/// <summary>Compiles one version of a request or response into the program that the codec's body reader runs.</summary>
internal sealed class ProgramCompiler
{
    private readonly MessageSpec _message;
    private readonly MessageKind _kind;
    private readonly int _version;
    private readonly bool _isFlexible;
    private readonly MinimumSizes _sizes;
    private readonly CodeBuffer _code = new();
    private int _arrayDepth;

    private ProgramCompiler(MessageSpec message, MessageKind kind, int version)
    {
        _message = message;
        _kind = kind;
        _version = version;
        _isFlexible = message.Flexible.Contains(version);
        _sizes = new MinimumSizes(version, _isFlexible);
    }

    /// <summary>Compiles one version.</summary>
    /// <exception cref="SchemaException">The message nests too deep or has elements that take no bytes.</exception>
    public static byte[] Compile(MessageSpec message, MessageKind kind, int version)
    {
        var compiler = new ProgramCompiler(message, kind, version);
        compiler.AddStruct(message.Fields, isTopLevel: true);
        compiler._code.Add(Opcode.End);
        return compiler._code.ToArray();
    }

    private void AddStruct(IReadOnlyList<FieldSpec> all, bool isTopLevel)
    {
        var fields = all.Where(field => field.IsInline(_version)).ToList();
        var scopes = SemanticRules.ScopesOf(fields, isTopLevel);
        var choice = NameChoice.In(_message.Name, all, _version);
        foreach (var field in fields)
        {
            if (choice is not null && choice.IsNumber(field)) AddChoice(choice);
            else AddField(field, SemanticRules.Of(field, _kind, scopes, isTopLevel), scopes, choice);
        }

        if (_isFlexible) AddTags(all, scopes, isTopLevel);
        if (scopes != FieldScopes.None) _code.Add(Opcode.ScopeEnd, (byte)scopes);
        if (!isTopLevel && choice is { NamesStructure: true }) _code.Add(Opcode.ChosenScopeEnd);
    }

    private void AddChoice(NameChoice choice) => _code.Add(
        choice.KeptField is null ? Opcode.Choose : Opcode.ChooseKept,
        [checked((byte)choice.Choices.Count), .. choice.Choices.SelectMany(one => new[] { one.Value, (byte)one.Semantic })]);

    private void AddField(FieldSpec field, FieldSemantic semantic, FieldScopes scopes, NameChoice? choice)
    {
        var isNullable = field.Nullable.Contains(_version);
        var chosen = choice?.MeaningOf(field);
        if (chosen == TextChoice.Kept && (field != choice!.KeptField || isNullable || field.Type.IsArray))
        {
            throw Fault(field, $"{choice.Number} says what it means, so that must stand before it, or right behind a text that is never null");
        }

        if (field.Type.IsArray) AddArray(field, isNullable, semantic, chosen ?? SemanticRules.OfElement(field, scopes));
        else if (!field.Type.IsPrimitive) AddNested(field, isNullable);
        else AddPrimitive(field, isNullable, chosen ?? semantic);
    }

    private void AddPrimitive(FieldSpec field, bool isNullable, FieldSemantic semantic)
    {
        switch (field.Type.Name)
        {
            case "string":
                _code.Add(Variant(Opcode.String, isNullable), (byte)semantic);
                break;

            // Parts of a snapshot are cut anywhere, so they cannot be read as batches (KIP-630).
            case "records" when field.Name != "UnalignedRecords":
                _code.Add(_isFlexible ? Opcode.CompactRecords : Opcode.Records);
                break;

            case "bytes" or "records":
                _code.Add(Variant(Opcode.Bytes, isNullable));
                break;

            default:
                AddFixed(field, semantic);
                break;
        }
    }

    private void AddFixed(FieldSpec field, FieldSemantic semantic)
    {
        if (semantic == FieldSemantic.None)
        {
            _code.Skip(field.Type.FixedSize);
            return;
        }

        switch (field.Type.Name)
        {
            case "int16": _code.Add(Opcode.Int16, (byte)semantic); break;
            case "int32": _code.Add(Opcode.Int32, (byte)semantic); break;
            case "int64": _code.Add(Opcode.Int64, (byte)semantic); break;
            case "uuid": _code.Add(Opcode.TopicId); break;
            default: throw Fault(field, $"no instruction reads a {field.Type} with a meaning");
        }
    }

    private void AddTags(IReadOnlyList<FieldSpec> all, FieldScopes scopes, bool isTopLevel)
    {
        var operands = new List<byte>();
        foreach (var field in all)
        {
            if (SemanticRules.NumberOfTag(field, _version) is not { } number) continue;
            var semantic = SemanticRules.Of(number, _kind, scopes, isTopLevel);
            if (semantic != FieldSemantic.None) operands.AddRange([checked((byte)field.Tag), (byte)number.Type.FixedSize, (byte)semantic]);
        }

        if (operands.Count == 0) _code.Add(Opcode.Tags);
        else _code.Add(Opcode.KnownTags, [checked((byte)(operands.Count / KnownTag.SizeInBytes)), .. operands]);
    }

    private void AddNested(FieldSpec field, bool isNullable)
    {
        var jump = isNullable ? _code.AddJump(Opcode.NullableStruct) : 0;
        AddStruct(field.Fields, isTopLevel: false);
        if (isNullable) _code.Land(jump);
    }

    private void AddArray(FieldSpec field, bool isNullable, FieldSemantic countSemantic, FieldSemantic elementSemantic)
    {
        var smallest = _sizes.OfElement(field);
        if (smallest == 0) throw Fault(field, "its elements take no bytes, so a count could cost time without end");
        var least = (byte)Math.Min(smallest, byte.MaxValue);
        if (field.Type.FixedSize > 0 && elementSemantic == FieldSemantic.None)
        {
            _code.Add(Variant(Opcode.FixedArray, isNullable), (byte)countSemantic, least);
            return;
        }

        if (++_arrayDepth > ArrayStack.Depth) throw Fault(field, $"arrays nest deeper than {ArrayStack.Depth}");
        var jump = _code.AddJump(Variant(Opcode.Array, isNullable), (byte)countSemantic, least);
        if (field.Type.IsPrimitive) AddElement(field, elementSemantic);
        else AddStruct(field.Fields, isTopLevel: false);
        _code.Add(Opcode.Next);
        _code.Land(jump);
        _arrayDepth--;
    }

    private void AddElement(FieldSpec array, FieldSemantic semantic)
    {
        AddPrimitive(array, isNullable: false, semantic);
        if (semantic == TextChoice.Chosen) _code.Add(Opcode.ChosenScopeEnd);
        var scopes = SemanticRules.ScopesOfElement(semantic);
        if (scopes != FieldScopes.None) _code.Add(Opcode.ScopeEnd, (byte)scopes);
    }

    /// <summary>Opcodes come in fours: plain, nullable, compact, compact nullable.</summary>
    private Opcode Variant(Opcode plain, bool isNullable) => (Opcode)((int)plain + (isNullable ? 1 : 0) + (_isFlexible ? 2 : 0));

    private SchemaException Fault(FieldSpec field, string fault) => new($"{_message.Name} version {_version}: field {field.Name}: {fault}.");
}
