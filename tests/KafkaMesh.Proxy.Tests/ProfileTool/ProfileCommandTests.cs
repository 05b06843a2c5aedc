using KafkaMesh.Codec;
using KafkaMesh.Proxy.ProfileTool;

namespace KafkaMesh.Proxy.Tests.ProfileTool;

public sealed class ProfileCommandTests : IDisposable
{
    private static readonly string[] s_known = [.. Enumerable.Repeat("KafkaMesh.Codec.FrameReader:Read(byref,byref)", 39)];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("kafkamesh-profile-");
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
        _directory.Delete(recursive: true);
    }

    private string ListPath => Path.Combine(_directory.FullName, "list.txt");

    private string ProfilePath => Path.Combine(_directory.FullName, "profile.mibc");

    [Fact]
    public void Run_AllMethodsFound_SaysSo()
    {
        Assert.Equal(0, Run(["# a comment", "", .. s_known]));
        Assert.Equal("39 of 39 methods of list.txt found\n", _output.ToString());
        Assert.True(File.Exists(ProfilePath));
    }

    [Fact]
    public void Run_FewMethodsAreNoMore_LeavesThemOutAndNamesOne()
    {
        Assert.Equal(0, Run([.. s_known, "KafkaMesh.Codec.FrameReader:Renamed()"]));
        Assert.Equal(
            "39 of 40 methods of list.txt found\nlist.txt: 1 of 40 methods are nowhere in the program and left out, KafkaMesh.Codec.FrameReader:Renamed for one: 'make profile' lists them anew\n",
            _output.ToString());
    }

    [Fact]
    public void Run_ListOfAnotherProgram_WarnsAndWritesAProfileAllTheSame()
    {
        Assert.Equal(0, Run(["A.B:C()", "A.B:D(int)"]));
        Assert.Contains("list.txt : warning KMP0001: 2 of 2 methods are nowhere in the program", _output.ToString(), StringComparison.Ordinal);
        Assert.True(File.Exists(ProfilePath));
    }

    [Fact]
    public void Run_LineThatIsNoMethod_IsNamedWithItsPlace()
    {
        Assert.Equal(1, Run([.. s_known, "nonsense"]));
        Assert.Equal($"profile tool: {ListPath}, line 40: 'nonsense' is no method: Type:Name(types of parameters)\n", _error.ToString());
        Assert.False(File.Exists(ProfilePath));
    }

    [Fact]
    public void Run_FileThatIsNoAssembly_IsNamed()
    {
        File.WriteAllText(ListPath, "nonsense");
        Assert.Equal(1, ProfileCommand.Run(["/dev/null", "KafkaMesh.Codec", ProfilePath, ListPath], _output, _error));
        Assert.Equal($"profile tool: {ListPath} is no assembly\n", _error.ToString());
    }

    [Fact]
    public void Run_AssemblyToTakeWholeIsNone_IsNamed()
    {
        File.WriteAllLines(ListPath, s_known);
        Assert.Equal(1, ProfileCommand.Run([ListPath, "No.Such", ProfilePath, typeof(FrameReader).Assembly.Location], _output, _error));
        Assert.Equal("profile tool: there is no assembly No.Such\n", _error.ToString());
    }

    [Fact]
    public void Run_ListIsNot_IsNamed()
    {
        Assert.Equal(1, ProfileCommand.Run([ListPath, "KafkaMesh.Codec", ProfilePath, typeof(FrameReader).Assembly.Location], _output, _error));
        Assert.Contains(ListPath, _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_TooFewArguments_SaysHowItIsCalled()
    {
        Assert.Equal(64, ProfileCommand.Run([ListPath], _output, _error));
        Assert.StartsWith("usage: ", _error.ToString(), StringComparison.Ordinal);
    }

    private int Run(string[] lines)
    {
        File.WriteAllLines(ListPath, lines);
        return ProfileCommand.Run([ListPath, "KafkaMesh.Codec", ProfilePath, typeof(FrameReader).Assembly.Location], _output, _error);
    }
}
