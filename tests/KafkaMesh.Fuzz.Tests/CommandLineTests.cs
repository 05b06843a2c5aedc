namespace KafkaMesh.Fuzz.Tests;

public class CommandLineTests
{
    [Theory]
    [InlineData("neither fuzz nor replay", "explode")]
    [InlineData("is no number of seconds", "fuzz", "--seconds", "x")]
    [InlineData("is none of the targets", "fuzz", "--target", "nobody")]
    [InlineData("is no option", "fuzz", "--fast", "1")]
    [InlineData("is none of the targets", "replay", "nobody", "/dev/null")]
    [InlineData("does not exist", "replay", "detector", "/nonexistent")]
    public void Run_WrongUsage_Is64AndASentence(string sentence, params string[] arguments)
    {
        using var errors = new StringWriter();
        Assert.Equal(64, new CommandLine(TextWriter.Null, errors).Run(arguments));
        Assert.Contains(sentence, errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ReplayOfAnInput_SaysThatEverythingHolds()
    {
        var directory = Directory.CreateTempSubdirectory();
        try
        {
            var file = Path.Combine(directory.FullName, "input");
            File.WriteAllBytes(file, [0, 0, 0, 20, 0, 18, 0, 3, 0, 0, 0, 1, 0, 1]);
            using var output = new StringWriter();
            Assert.Equal(0, new CommandLine(output, TextWriter.Null).Run(["replay", "detector", file]));
            Assert.Contains("everything holds", output.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
