using System.IO.Compression;
using KafkaMesh.Codec.SchemaTool.Model;

namespace KafkaMesh.Codec.SchemaTool.Import;

/// <summary>Where the definitions of a release come from: a directory of JSON files, or a kafka-clients jar, which carries them as resources.</summary>
internal static class DefinitionSource
{
    private const string JarFolder = "common/message/";
    private const string JsonExtension = ".json";

    // Kafka's largest definition has some 20 KiB.
    private const int MaxDefinitionBytes = 4 << 20;

    /// <summary>Names and texts of all definitions, ordered by name.</summary>
    /// <exception cref="SchemaException">There are none, or the source cannot be read.</exception>
    public static IReadOnlyList<(string Name, byte[] Json)> Read(string source)
    {
        if (Directory.Exists(source))
        {
            var files = Directory.GetFiles(source, "*" + JsonExtension).Order(StringComparer.Ordinal).ToList();
            return files.Count > 0 ? [.. files.Select(file => (file, File.ReadAllBytes(file)))] : throw new SchemaException($"{source}: no *.json definitions of Kafka messages in it.");
        }

        if (!File.Exists(source)) throw new SchemaException($"{source}: no such directory or jar; give a directory with Kafka's *.json definitions, or a kafka-clients jar.");
        try
        {
            using var jar = ZipFile.OpenRead(source);
            return ReadJar(source, jar);
        }
        catch (InvalidDataException)
        {
            throw new SchemaException($"{source}: neither a directory nor a jar; give a directory with Kafka's *.json definitions, or a kafka-clients jar.");
        }
    }

    /// <summary>The directory beside whose contents lists of names are looked for.</summary>
    public static string DirectoryOf(string source) => Directory.Exists(source) ? source : Path.GetDirectoryName(Path.GetFullPath(source))!;

    private static List<(string Name, byte[] Json)> ReadJar(string source, ZipArchive jar)
    {
        var entries = jar.Entries
            .Where(entry => entry.FullName.StartsWith(JarFolder, StringComparison.Ordinal) && entry.FullName.EndsWith(JsonExtension, StringComparison.Ordinal))
            .OrderBy(entry => entry.FullName, StringComparer.Ordinal)
            .ToList();
        if (entries.Count == 0) throw new SchemaException($"{source}: a jar without {JarFolder}*{JsonExtension}; the definitions are in the kafka-clients jar.");
        return [.. entries.Select(entry => ($"{source}!{entry.FullName}", ReadEntry(source, entry)))];
    }

    private static byte[] ReadEntry(string source, ZipArchiveEntry entry)
    {
        // The entry's own claim of its length is not trusted.
        using var content = entry.Open();
        var bytes = new byte[MaxDefinitionBytes];
        var length = content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return length < bytes.Length ? bytes[..length] : throw new SchemaException($"{source}!{entry.FullName}: longer than {MaxDefinitionBytes} bytes; that is no definition of a Kafka message.");
    }
}
