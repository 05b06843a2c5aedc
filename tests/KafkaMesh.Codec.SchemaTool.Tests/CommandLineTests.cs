namespace KafkaMesh.Codec.SchemaTool.Tests;

public sealed class CommandLineTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    [Fact]
    public void Verify_CheckedInTables_AreWhatTheSchemaGives()
    {
        var exit = Run("verify", "--schema", TestPaths.Schema, "--out", TestPaths.Generated);
        Assert.Equal((0, ""), (exit, _errors.ToString()));
    }

    [Fact]
    public void Import_KafkaDefinitions_GivesTheCheckedInSchema()
    {
        var kafka = TestPaths.KafkaLayersOrSkip();
        using var directory = new TemporaryDirectory();
        Assert.Equal((0, ""), (Run("import", "--kafka", kafka, "--schema", directory.Path), _errors.ToString()));
        AssertSameFiles(TestPaths.Schema, directory.Path);
        Assert.Contains("93 API keys, 722 request and response versions, 135 error codes", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Import_WithoutErrorList_KeepsTheCodesAndDropsStaleFiles()
    {
        var kafka = TestPaths.KafkaLayersOrSkip().Split(',');
        using var definitions = new TemporaryDirectory();
        using var schema = new TemporaryDirectory();
        foreach (var file in Directory.GetFiles(kafka[1], "*.json")) File.Copy(file, Path.Combine(definitions.Path, Path.GetFileName(file)));
        File.Copy(Path.Combine(TestPaths.Schema, "errors.kms"), Path.Combine(schema.Path, "errors.kms"));
        schema.Write("074-OldName.kms", "api 74 OldName\n");
        Assert.Equal((0, ""), (Run("import", "--kafka", definitions.Path, "--schema", schema.Path), _errors.ToString()));
        Assert.Contains("error codes stay", _output.ToString(), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(schema.Path, "074-OldName.kms")));
        Assert.True(File.Exists(Path.Combine(schema.Path, "074-ListClientMetricsResources.kms")));
    }

    [Fact]
    public void Emit_Twice_GivesTheSameBytes()
    {
        using var first = new TemporaryDirectory();
        using var second = new TemporaryDirectory();
        Assert.Equal(0, Run("emit", "--schema", TestPaths.Schema, "--out", first.Path));
        Assert.Equal(0, Run("emit", "--schema", TestPaths.Schema, "--out", second.Path));
        AssertSameFiles(first.Path, second.Path);
    }

    [Theory]
    [InlineData("KafkaTables.g.cs")]
    [InlineData("KafkaLayouts.g.cs")]
    [InlineData("BodyReader.Hot.g.cs")]
    public void Verify_ChangedTables_FailsAndSaysWhatToDo(string file)
    {
        using var directory = new TemporaryDirectory();
        Assert.Equal(0, Run("emit", "--schema", TestPaths.Schema, "--out", directory.Path));
        File.AppendAllText(Path.Combine(directory.Path, file), "// edited\n");
        Assert.Equal(1, Run("verify", "--schema", TestPaths.Schema, "--out", directory.Path));
        Assert.Contains("run emit and commit the result", _errors.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("explode")]
    [InlineData("emit", "--schema", "x")]
    [InlineData("emit", "--schema", "x", "--out")]
    [InlineData("emit", "--schema", "x", "--schema", "y")]
    [InlineData("import", "--schema", "x", "--out", "y")]
    public void Run_WrongCommandLine_Is64WithUsage(params string[] arguments)
    {
        Assert.Equal(64, Run(arguments));
        Assert.Contains("schema tool: ", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_MissingDirectory_SaysSoInOneLine()
    {
        Assert.Equal(1, Run("import", "--kafka", "/nowhere", "--schema", "/nowhere"));
        Assert.Equal("/nowhere: no such directory or jar; give a directory with Kafka's *.json definitions, or a kafka-clients jar.\n", _errors.ToString());
    }

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
    }

    private int Run(params string[] arguments) => new CommandLine(_output, _errors).Run(arguments);

    private static IEnumerable<string> Names(string directory) => Directory.GetFiles(directory).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);

    private static void AssertSameFiles(string expected, string actual)
    {
        Assert.Equal(Names(expected), Names(actual));
        foreach (var file in Directory.GetFiles(expected)) Assert.Equal(File.ReadAllText(file), File.ReadAllText(Path.Combine(actual, Path.GetFileName(file))));
    }
}
