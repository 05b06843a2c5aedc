namespace KafkaMesh.Proxy.Tests.Redirect;

/// <summary>A directory for PATH that has a few of this machine's programs and no others.</summary>
internal sealed class ProgramDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("kafkamesh");

    /// <param name="names">Programs of /usr/sbin that are there.</param>
    public ProgramDirectory(params string[] names)
    {
        foreach (string name in names)
        {
            File.CreateSymbolicLink(System.IO.Path.Combine(Path, name), "/usr/sbin/" + name);
        }
    }

    public string Path => _directory.FullName;

    /// <summary>Programs that are there and fail whatever they are asked.</summary>
    public void AddFailing(params string[] names)
    {
        foreach (string name in names)
        {
            File.CreateSymbolicLink(System.IO.Path.Combine(Path, name), "/usr/bin/false");
        }
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
