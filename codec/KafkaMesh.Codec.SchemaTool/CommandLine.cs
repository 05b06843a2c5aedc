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
        usage: import --kafka DIR[,DIR...] --schema DIR   Kafka's *.json, newest release first, to our notation
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
    }

    private int Import(IReadOnlyList<string> directories, string schemaDirectory)
    {
        var layers = directories.Select(KafkaLayer.Read).ToList();
        var names = NameFiles.ReadApiNames(directories[0]);
        var codes = NameFiles.ReadErrors(directories[0]);
        if (codes is null) output.WriteLine($"No errors.tsv in {directories[0]} or above it: the error codes stay as they are.");
        var schema = new SchemaUnion(layers).Join(names, codes ?? SchemaFiles.LoadErrors(schemaDirectory));
        SchemaFiles.Save(schema, schemaDirectory);
        var counts = $"{schema.Apis.Count} API keys, {CountVersions(schema)} request and response versions, {schema.Errors.Count} error codes";
        output.WriteLine($"{counts} in {schemaDirectory}.");
        return Success;
    }

    private int Emit(string schemaDirectory, string outDirectory)
    {
        var files = Generate(schemaDirectory);
        Directory.CreateDirectory(outDirectory);
        foreach (var (name, text) in files)
        {
            File.WriteAllText(Path.Combine(outDirectory, name), text);
            output.WriteLine($"{Path.Combine(outDirectory, name)} written.");
        }

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
