using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Operator.Manifests.Yaml;

namespace KafkaMesh.Operator.Manifests;

/// <summary>Writes manifest files again: documents that did not change as they were, byte for byte.</summary>
internal sealed class ManifestWriter(ManifestFormat? output)
{
    private readonly StringBuilder _text = new();
    private readonly List<ManifestDocument> _rewritten = [];

    /// <summary>Documents that could not be changed in place and lost their comments.</summary>
    public IReadOnlyList<ManifestDocument> Rewritten => _rewritten;

    /// <summary>The whole output.</summary>
    /// <param name="files">The files.</param>
    /// <param name="changed">New content of the documents that changed.</param>
    public byte[] Write(IReadOnlyList<ManifestFile> files, IReadOnlyDictionary<ManifestDocument, JsonObject> changed)
    {
        var isMixed = files.SelectMany(f => f.Documents).Select(d => output ?? d.Format).Distinct().Count() > 1;
        foreach (var document in files.SelectMany(f => f.Documents.Select(d => (File: f, Document: d))))
            Append(document.Document, ReferenceEquals(document.File, files[0]) || !ReferenceEquals(document.Document, document.File.Documents[0]), changed.GetValueOrDefault(document.Document), isMixed);
        return files is [{ HasByteOrderMark: true }, ..] && output is null ? [.. "\uFEFF"u8, .. Encoding.UTF8.GetBytes(_text.ToString())] : Encoding.UTF8.GetBytes(_text.ToString());
    }

    private void Append(ManifestDocument document, bool continues, JsonObject? changed, bool isMixed)
    {
        var format = output ?? document.Format;
        if (format != document.Format)
        {
            // Comments between documents have no place in the other format.
            if (document.Content is { } content)
                AppendSeparated(Convert(changed ?? content, format), format == ManifestFormat.Yaml || isMixed);
            return;
        }
        var text = changed is null ? document.Text : Changed(document, changed);
        if (!continues || (format == ManifestFormat.Json && isMixed && document.Content is not null))
            AppendSeparated(text, format == ManifestFormat.Yaml || isMixed);
        else
            _text.Append(text);
    }

    // Between files, and between what was converted.
    private void AppendSeparated(string text, bool isYaml)
    {
        if (_text.Length > 0 && _text[^1] != '\n')
            _text.Append('\n');
        var begins = text.StartsWith("---", StringComparison.Ordinal) || text.StartsWith('%');
        if (isYaml && !begins && (_text.Length > 0 || text.StartsWith('{')))
            _text.Append("---\n");
        _text.Append(text);
    }

    private static string Convert(JsonObject content, ManifestFormat format) =>
        format == ManifestFormat.Yaml ? YamlWriter.Write(content) : JsonText.WriteIndented(content) + "\n";

    private string Changed(ManifestDocument document, JsonObject content)
    {
        if (document.Format == ManifestFormat.Json)
            return JsonText.WriteLike(content, document.Text);
        var text = YamlEditor.Edit(document.Text, document.Content!, content, out var rewritten);
        if (rewritten)
            _rewritten.Add(document);
        return text;
    }
}
