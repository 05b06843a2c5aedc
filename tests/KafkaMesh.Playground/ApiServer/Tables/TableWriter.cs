using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.ApiServer.Tables;

/// <summary>Writes Table documents (meta.k8s.io).</summary>
internal sealed class TableWriter
{
    private readonly ResourceKind _kind;
    private readonly TableLayout _layout;
    private readonly string _version;
    private readonly string _includeObject;
    private readonly TimeProvider _time;

    /// <summary>Creates a writer for a kind.</summary>
    /// <param name="kind">The kind of the rows.</param>
    /// <param name="version">Version of the Table type: v1 or v1beta1.</param>
    /// <param name="includeObject">None, Metadata, Object or empty for Metadata.</param>
    /// <param name="time">The clock for ages.</param>
    /// <exception cref="ApiException">400 for another value of <paramref name="includeObject"/>.</exception>
    public TableWriter(ResourceKind kind, string version, string includeObject, TimeProvider time)
    {
        if (includeObject is not ("" or "None" or "Metadata" or "Object"))
        {
            throw ApiErrors.BadRequest($"unrecognized includeObject value: \"{includeObject}\"");
        }

        _kind = kind;
        _layout = TableLayouts.For(kind);
        _version = version;
        _includeObject = includeObject.Length == 0 ? "Metadata" : includeObject;
        _time = time;
    }

    /// <summary>Writes one table.</summary>
    /// <param name="writer">The destination.</param>
    /// <param name="metadata">ListMeta of the table.</param>
    /// <param name="objects">The rows, in the version of the kind.</param>
    /// <param name="withColumns">False in a watch after the first event: the definitions are null then.</param>
    public void Write(Utf8JsonWriter writer, JsonObject metadata, IEnumerable<JsonObject> objects, bool withColumns = true)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", "Table");
        writer.WriteString("apiVersion", $"meta.k8s.io/{_version}");
        writer.WritePropertyName("metadata");
        metadata.WriteTo(writer);
        WriteColumns(writer, withColumns);
        writer.WriteStartArray("rows");
        foreach (var obj in objects)
        {
            WriteRow(writer, obj);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void WriteColumns(Utf8JsonWriter writer, bool withColumns)
    {
        if (!withColumns)
        {
            writer.WriteNull("columnDefinitions");
            return;
        }

        writer.WriteStartArray("columnDefinitions");
        foreach (var column in _layout.Columns)
        {
            writer.WriteStartObject();
            writer.WriteString("name", column.Name);
            writer.WriteString("type", column.Type);
            writer.WriteString("format", column.Format);
            writer.WriteString("description", column.Description);
            writer.WriteNumber("priority", column.Priority);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WriteRow(Utf8JsonWriter writer, JsonObject obj)
    {
        // The layout of events reads the core form.
        var source = _kind.Group == "events.k8s.io" ? EventConversion.ToStorage(_kind, obj) : obj;
        writer.WriteStartObject();
        writer.WriteStartArray("cells");
        foreach (var cell in _layout.Cells(source, _time.GetUtcNow()))
        {
            if (cell is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                cell.WriteTo(writer);
            }
        }

        writer.WriteEndArray();
        WriteRowObject(writer, obj);
        writer.WriteEndObject();
    }

    private void WriteRowObject(Utf8JsonWriter writer, JsonObject obj)
    {
        writer.WritePropertyName("object");
        switch (_includeObject)
        {
            case "None":
                writer.WriteNullValue();
                break;
            case "Object":
                ObjectJson.Write(writer, obj, _kind);
                break;
            default:
                ObjectJson.WritePartial(writer, obj, _version);
                break;
        }
    }
}
