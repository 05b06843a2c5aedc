using KafkaMesh.Codec.SchemaTool.Emit;
using KafkaMesh.Codec.SchemaTool.Import;
using KafkaMesh.Codec.SchemaTool.Model;
using KafkaMesh.Codec.SchemaTool.Notation;

namespace KafkaMesh.Codec.SchemaTool;

/// <summary>The tool's three commands.</summary>
internal sealed class CommandLine(TextWriter output, TextWriter errors)
{
    private const int Success = 0;
    private const int Failure = 1;
    private const int UsageError = 64;

    private const string Usage = """
        usage: import --kafka SOURCE[,SOURCE...] --schema DIR   Kafka's definitions, newest release first, to our notation; a source
                                                          is a directory of *.json, a kafka-clients jar, or a schema
               emit   --schema DIR --out DIR              our notation to C# tables
               verify --schema DIR --out DIR              exit 1 when the tables are not what emit would write
        """;

    /// <summary>Runs a command.</summary>
    /// <returns>0 done, 1 the input is wrong or the tables differ, 64 the command line is wrong.</returns>
    public int Run(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0) return Refuse("a command is missing");
        if (!TryReadOptions(arguments, out var options)) return UsageError;
        try
        {
            return arguments[0] switch
            {
                "import" when HasExactly(options, "--kafka", "--schema") => Import(options["--kafka"].Split(','), options["--schema"]),
                "emit" when HasExactly(options, "--schema", "--out") => Emit(options["--schema"], options["--out"]),
                "verify" when HasExactly(options, "--schema", "--out") => Verify(options["--schema"], options["--out"]),
                _ => Refuse($"'{string.Join(' ', arguments)}' is not a command with its options"),
            };
        }
        catch (SchemaException e)
        {
            errors.WriteLine(e.Message);
            return Failure;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine($"schema tool: {e.Message}");
            return Failure;
        }
    }

    /// <summary>Nothing is written before all of it was read, joined and compiled.</summary>
    private int Import(IReadOnlyList<string> sources, string schemaDirectory)
    {
        var layers = sources.Select(KafkaLayer.Read).ToList();
        var folders = sources.Select(DefinitionSource.DirectoryOf).ToList();
        var names = folders.Select(NameFiles.ReadApiNames).FirstOrDefault(list => list is not null);
        var codes = folders.Select(NameFiles.ReadErrors).FirstOrDefault(list => list is not null);
        if (codes is null) output.WriteLine($"No errors.tsv beside or above {string.Join(", ", sources)}: the error codes stay as they are.");
        var before = SchemaFiles.IsSchema(schemaDirectory) ? SchemaFiles.Load(schemaDirectory) : null;
        var schema = new SchemaUnion(layers).Join(names ?? [], codes ?? before?.Errors ?? SchemaFiles.LoadErrors(schemaDirectory));
        _ = ProgramTable.Build(schema.Apis);
        if (before is not null) Report(before, schema, schemaDirectory);
        SchemaFiles.Save(schema, schemaDirectory);
        var counts = $"{schema.Apis.Count} API keys, {CountVersions(schema)} request and response versions, {schema.Errors.Count} error codes";
        output.WriteLine($"{counts} in {schemaDirectory}.");
        return Success;
    }

    private void Report(SchemaSet before, SchemaSet after, string schemaDirectory)
    {
        var lost = SchemaChanges.FindLost(before, after);
        if (lost.Count > 0)
        {
            throw new SchemaException(
                $"{lost.Count} API keys would lose versions that {schemaDirectory} has ({string.Join(", ", lost.Take(5))}{(lost.Count > 5 ? ", …" : "")}): "
                + $"give older releases too, or {schemaDirectory} itself as the last one; nothing was written.");
        }

        var changes = SchemaChanges.Describe(before, after);
        foreach (var line in changes) output.WriteLine(line);
        if (changes.Count == 0) output.WriteLine("Nothing changes.");
    }

    private int Emit(string schemaDirectory, string outDirectory)
    {
        var files = Generate(schemaDirectory);
        Files.Replace(outDirectory, files.Select(file => KeyValuePair.Create(file.Name, file.Text)));
        foreach (var (name, _) in files) output.WriteLine($"{Path.Combine(outDirectory, name)} written.");
        return Success;
    }

    private int Verify(string schemaDirectory, string outDirectory)
    {
        foreach (var (name, text) in Generate(schemaDirectory))
        {
            var file = Path.Combine(outDirectory, name);
            if (File.Exists(file) && File.ReadAllText(file) == text) continue;
            errors.WriteLine($"{file} is not what emit makes of {schemaDirectory}: run emit and commit the result.");
            return Failure;
        }

        return Success;
    }

    private static (string Name, string Text)[] Generate(string schemaDirectory)
    {
        var schema = SchemaFiles.Load(schemaDirectory);
        var programs = ProgramTable.Build(schema.Apis);
        return
        [
            (TablesWriter.FileName, TablesWriter.Write(schema, programs)),
            (LayoutsWriter.FileName, LayoutsWriter.Write(schema)),
            (HotProgramsWriter.FileName, HotProgramsWriter.Write(programs)),
        ];
    }

    private static int CountVersions(SchemaSet schema) => schema.Apis.Sum(api => 2 * (api.Versions.Max - api.Versions.Min + 1));

    private static bool HasExactly(Dictionary<string, string> options, params ReadOnlySpan<string> names)
    {
        if (options.Count != names.Length) return false;
        foreach (var name in names)
        {
            if (!options.ContainsKey(name)) return false;
        }

        return true;
    }

    private bool TryReadOptions(IReadOnlyList<string> arguments, out Dictionary<string, string> options)
    {
        options = [];
        for (var i = 1; i < arguments.Count; i += 2)
        {
            if (i + 1 < arguments.Count && options.TryAdd(arguments[i], arguments[i + 1])) continue;
            Refuse($"option '{arguments[i]}' has no value or is given twice");
            return false;
        }

        return true;
    }

    private int Refuse(string fault)
    {
        errors.WriteLine($"schema tool: {fault}.");
        errors.WriteLine(Usage);
        return UsageError;
    }
}
