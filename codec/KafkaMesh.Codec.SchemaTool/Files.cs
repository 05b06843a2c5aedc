namespace KafkaMesh.Codec.SchemaTool;

/// <summary>Replaces files so that each is old or new, never half of it.</summary>
internal static class Files
{
    private const string Suffix = ".new";

    /// <summary>Writes all of them beside the old ones first, then puts them in their places.</summary>
    public static void Replace(string directory, IEnumerable<KeyValuePair<string, string>> files)
    {
        Directory.CreateDirectory(directory);
        var paths = new List<string>();
        try
        {
            foreach (var (name, text) in files)
            {
                paths.Add(Path.Combine(directory, name));
                File.WriteAllText(paths[^1] + Suffix, text);
            }
        }
        catch
        {
            foreach (var path in paths) File.Delete(path + Suffix);
            throw;
        }

        foreach (var path in paths) File.Move(path + Suffix, path, overwrite: true);
    }
}
