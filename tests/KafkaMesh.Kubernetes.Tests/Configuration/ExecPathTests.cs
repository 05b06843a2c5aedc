using KafkaMesh.Kubernetes.Configuration;

namespace KafkaMesh.Kubernetes.Tests.Configuration;

public sealed class ExecPathTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kafkamesh-path");

    [Fact]
    public void Find_BareName_IsTheFirstExecutableFileInPath()
    {
        Write("a/login", UnixFileMode.UserRead);
        _folder.CreateSubdirectory("b/login");
        Write("c/login", UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Write("d/login", UnixFileMode.UserRead | UnixFileMode.UserExecute);

        Assert.Equal($"{_folder}/c/login", ExecPath.Find("login", $"{_folder}/none:{_folder}/a:{_folder}/b:{_folder}/c:{_folder}/d"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData(".")]
    [InlineData("..:./x")]
    [InlineData(null)]
    public void Find_BareNameInTheCurrentDirectory_IsNotTaken(string? path)
    {
        var name = $"kafkamesh-{Guid.NewGuid():N}";
        File.WriteAllText(name, "#!/bin/sh\n");
        try
        {
            File.SetUnixFileMode(name, UnixFileMode.UserRead | UnixFileMode.UserExecute);

            Assert.Null(ExecPath.Find(name, path));
        }
        finally
        {
            File.Delete(name);
        }
    }

    [Fact]
    public void Find_NameWithASlash_IsTakenAsItIs() => Assert.Equal("/opt/login", ExecPath.Find("/opt/login", "/bin"));

    public void Dispose() => _folder.Delete(recursive: true);

    private void Write(string name, UnixFileMode mode)
    {
        var file = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "#!/bin/sh\n");
        File.SetUnixFileMode(file, mode);
    }
}
