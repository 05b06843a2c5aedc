using System.Globalization;
using KafkaMesh.Codec.SchemaTool.Model;

namespace KafkaMesh.Codec.SchemaTool.Import;

/// <summary>
/// The tab-separated lists beside Kafka's definitions: <c>errors.tsv</c> (code, name, retriable) and <c>apis.tsv</c> (key and
/// name first). They hold what Kafka keeps in Java code, not in JSON.
/// </summary>
internal static class NameFiles
{
    private const string ErrorsFile = "errors.tsv";
    private const string ApisFile = "apis.tsv";

    /// <summary>The error codes of the list in a directory or the one above it; null when there is no list.</summary>
    public static IReadOnlyList<KafkaError>? ReadErrors(string directory)
    {
        if (Find(directory, ErrorsFile) is not { } file) return null;
        return [.. Rows(file, columns: 3).Select(row => new KafkaError(Code(file, row[0]), row[1], row[2] == "true")).OrderBy(error => error.Code)];
    }

    /// <summary>Names of API keys as JMX spells them; null when there is no list.</summary>
    public static Dictionary<short, string>? ReadApiNames(string directory)
    {
        if (Find(directory, ApisFile) is not { } file) return null;
        return Rows(file, columns: 2).Where(row => row[0] != "apiKey").ToDictionary(row => Code(file, row[0]), row => row[1]);
    }

    private static string? Find(string directory, string name)
    {
        var full = Path.GetFullPath(directory);
        return new[] { Path.Combine(full, name), Path.Combine(full, "..", name) }.FirstOrDefault(File.Exists);
    }

    private static IEnumerable<string[]> Rows(string file, int columns) =>
        File.ReadLines(file).Where(line => line.Length > 0).Select(line => line.Split('\t')).Select(row => row.Length >= columns
            ? row
            : throw new SchemaException($"{file}: the line '{string.Join(' ', row)}' has fewer than {columns} columns."));

    private static short Code(string file, string text) =>
        short.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code)
            ? code
            : throw new SchemaException($"{file}: '{text}' is not a number.");
}
