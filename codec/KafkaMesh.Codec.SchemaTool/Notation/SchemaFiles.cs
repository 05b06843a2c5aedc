using System.Globalization;
using KafkaMesh.Codec.SchemaTool.Model;

namespace KafkaMesh.Codec.SchemaTool.Notation;

/// <summary>The directory codec/schema: one file per API key, one for headers, the consumer protocol and error codes each.</summary>
internal static class SchemaFiles
{
    /// <summary>Extension of every file.</summary>
    public const string Extension = ".kms";

    private const string HeadersFile = "headers.kms";
    private const string DataFile = "consumer-protocol.kms";
    private const string ErrorsFile = "errors.kms";

    /// <summary>The files' texts by name, in the order of their names.</summary>
    public static SortedDictionary<string, string> Format(SchemaSet schema)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [HeadersFile] = NotationWriter.Write(schema.Headers),
            [DataFile] = NotationWriter.Write(schema.Data),
            [ErrorsFile] = NotationWriter.Write(schema.Errors),
        };
        foreach (var api in schema.Apis) files[string.Create(CultureInfo.InvariantCulture, $"{api.Key:D3}-{api.Name}{Extension}")] = NotationWriter.Write(api);
        return files;
    }

    /// <summary>Whether a directory holds a schema.</summary>
    public static bool IsSchema(string directory) => File.Exists(Path.Combine(directory, HeadersFile));

    /// <summary>Writes the directory; files of keys that were renamed or dropped are removed, once all others are written.</summary>
    /// <exception cref="SchemaException">Something does not fit the notation; nothing was written.</exception>
    public static void Save(SchemaSet schema, string directory)
    {
        var files = Format(schema);
        Files.Replace(directory, files);
        foreach (var file in Directory.GetFiles(directory, "*" + Extension).Where(file => !files.ContainsKey(Path.GetFileName(file)))) File.Delete(file);
    }

    /// <summary>Reads the directory.</summary>
    /// <exception cref="SchemaException">A file is missing or malformed.</exception>
    public static SchemaSet Load(string directory)
    {
        if (!Directory.Exists(directory)) throw new SchemaException($"{directory}: no such directory; it should hold the schema's *{Extension} files.");
        var apis = Directory.GetFiles(directory, "*" + Extension)
            .Where(file => char.IsAsciiDigit(Path.GetFileName(file)[0]))
            .Order(StringComparer.Ordinal)
            .Select(file => NotationReader.Open(file).ReadApi())
            .OrderBy(api => api.Key)
            .ToList();
        if (apis.Count == 0) throw new SchemaException($"{directory}: no API keys in it; import Kafka's definitions first.");
        return new SchemaSet(
            apis,
            NotationReader.Open(Path.Combine(directory, HeadersFile)).ReadMessages(),
            NotationReader.Open(Path.Combine(directory, DataFile)).ReadMessages(),
            LoadErrors(directory));
    }

    /// <summary>Reads the error codes alone.</summary>
    /// <exception cref="SchemaException">The file is missing or malformed.</exception>
    public static IReadOnlyList<KafkaError> LoadErrors(string directory) => NotationReader.Open(Path.Combine(directory, ErrorsFile)).ReadErrors();
}
