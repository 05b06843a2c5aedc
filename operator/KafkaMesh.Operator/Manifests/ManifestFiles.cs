namespace KafkaMesh.Operator.Manifests;

/// <summary>Finds and reads the files that <c>-f</c> names.</summary>
internal static class ManifestFiles
{
    private static readonly string[] Extensions = [".json", ".yaml", ".yml"];

    /// <summary>Name of standard input in messages.</summary>
    public const string StandardInput = "standard input";

    /// <summary>Reads files, the files of directories (as kubectl: .json, .yaml and .yml, in order of name) and standard input.</summary>
    /// <param name="names">Files, directories and <c>-</c>.</param>
    /// <param name="recursive">Whether directories are searched to the bottom.</param>
    /// <param name="input">Standard input.</param>
    /// <exception cref="ManifestException">A file's content cannot be read.</exception>
    /// <exception cref="IOException">A file or directory is not there; the message is one sentence.</exception>
    public static IReadOnlyList<ManifestFile> Read(IEnumerable<string> names, bool recursive, Stream input)
    {
        var files = new List<ManifestFile>();
        foreach (var name in names)
        {
            if (name == "-")
                files.Add(ManifestReader.Read(StandardInput, ReadAll(input)));
            else if (Directory.Exists(name))
                files.AddRange(FilesOf(name, recursive).Select(ReadFile));
            else
                files.Add(ReadFile(name));
        }
        return files;
    }

    private static List<string> FilesOf(string folder, bool recursive)
    {
        try
        {
            var found = Directory.EnumerateFiles(folder, "*", recursive ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly)
                .Where(f => Extensions.Contains(Path.GetExtension(f), StringComparer.Ordinal))
                .Order(StringComparer.Ordinal)
                .ToList();
            return found.Count > 0 ? found : throw new IOException($"{folder}: the directory holds no .yaml, .yml or .json file{(recursive ? "" : " (-R searches the directories below too)")}");
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException($"{folder}: no permission to read the directory", error);
        }
    }

    private static ManifestFile ReadFile(string path)
    {
        byte[] bytes;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            bytes = ReadAll(file);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IOException($"{path}: there is no such file or directory", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException($"{path}: no permission to read the file", error);
        }
        return ManifestReader.Read(path, bytes);
    }

    // One byte beyond the limit is enough to refuse; a pipe may never end.
    private static byte[] ReadAll(Stream stream)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[64 * 1024];
        int count;
        while (buffer.Length <= ManifestReader.MaxBytes && (count = stream.Read(chunk)) > 0)
            buffer.Write(chunk, 0, count);
        return buffer.ToArray();
    }
}
