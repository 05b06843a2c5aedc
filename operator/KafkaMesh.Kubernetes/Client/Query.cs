using System.Text;

namespace KafkaMesh.Kubernetes.Client;

/// <summary>Builds a path with its query; absent values are left out.</summary>
/// <param name="path">Path without query.</param>
internal sealed class Query(string path)
{
    private readonly StringBuilder _text = new(path);
    private char _separator = '?';

    public Query Add(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            _text.Append(_separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            _separator = '&';
        }

        return this;
    }

    public Query Add(WriteOptions? options)
    {
        if (options is null)
        {
            return this;
        }

        return Add("fieldManager", options.FieldManager)
            .Add("force", options.Force ? "true" : null)
            .Add("dryRun", options.DryRun ? "All" : null);
    }

    public override string ToString() => _text.ToString();
}
