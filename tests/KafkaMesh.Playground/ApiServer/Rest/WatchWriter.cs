using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Patching;
using KafkaMesh.Playground.ApiServer.Schema;
using KafkaMesh.Playground.ApiServer.Tables;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>Writes the lines of a watch: one JSON document per event.</summary>
internal sealed class WatchWriter(HttpContext http, ResourceKind kind, Representation form, TimeProvider time)
{
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly TableWriter? _table = form.Form == RepresentationForm.Table
        ? new TableWriter(kind, form.Version, http.Request.Query["includeObject"].ToString(), time)
        : null;

    private bool _columnsSent;

    /// <summary>Sends the headers at once: a client sees that its watch stands before the first event.</summary>
    public async Task StartAsync()
    {
        http.Response.ContentType = "application/json";
        http.Response.Headers.CacheControl = "no-cache, private";
        await http.Response.StartAsync(http.RequestAborted);

        // Over HTTP/2 the headers leave with the first flush only.
        await FlushAsync();
    }

    /// <summary>Writes an event with an object.</summary>
    public Task WriteAsync(string type, JsonObject obj) => WriteLineAsync(type, writer =>
    {
        if (_table is not null)
        {
            var version = new JsonObject { ["resourceVersion"] = ObjectMetadata.Text(obj, "resourceVersion") };
            _table.Write(writer, version, [obj], withColumns: !_columnsSent);
            _columnsSent = true;
        }
        else if (form.Form == RepresentationForm.Metadata)
        {
            ObjectJson.WritePartial(writer, obj, form.Version);
        }
        else
        {
            ObjectJson.Write(writer, obj, kind);
        }
    });

    /// <summary>Writes a bookmark and sends it.</summary>
    public async Task WriteBookmarkAsync(long version, bool initialEventsEnd)
    {
        var metadata = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) };
        if (initialEventsEnd)
        {
            metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        }

        await WriteLineAsync("BOOKMARK", writer => WriteBookmarkObject(writer, metadata));
        await FlushAsync();
    }

    /// <summary>Writes an ERROR event and sends it.</summary>
    public async Task WriteErrorAsync(ApiException error)
    {
        await WriteLineAsync("ERROR", writer => error.ToStatus().WriteTo(writer));
        await FlushAsync();
    }

    /// <summary>Sends what was written.</summary>
    public Task FlushAsync() => http.Response.Body.FlushAsync(http.RequestAborted);

    private void WriteBookmarkObject(Utf8JsonWriter writer, JsonObject metadata)
    {
        if (_table is not null)
        {
            _table.Write(writer, metadata, [], withColumns: false);
        }
        else if (form.Form == RepresentationForm.Metadata)
        {
            ObjectJson.WritePartial(writer, new JsonObject { ["metadata"] = metadata }, form.Version);
        }
        else
        {
            ObjectJson.Write(writer, EmptyObject(metadata), kind);
        }
    }

    // A bookmark of a built-in kind is an object of its Go type in which nothing but the metadata was set.
    private JsonObject EmptyObject(JsonObject metadata)
    {
        var empty = kind.IsCustom ? [] : ZeroObject.Of(SchemaCatalog.Shared.For(kind));
        if (kind.HasSubresource("scale") && empty["spec"] is JsonObject { Count: > 0 } spec)
        {
            // The server's internal types hold the number itself where the versioned ones hold a pointer.
            spec.Insert(0, "replicas", 0);
        }

        empty["kind"] = kind.Kind;
        empty["apiVersion"] = kind.ApiVersion;
        empty["metadata"] = metadata;
        return empty;
    }

    private async Task WriteLineAsync(string type, Action<Utf8JsonWriter> writeObject)
    {
        _line.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(_line, ResponseWriter.Compact))
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            writer.WritePropertyName("object");
            writeObject(writer);
            writer.WriteEndObject();
        }

        _line.Write("\n"u8);
        await http.Response.Body.WriteAsync(_line.WrittenMemory, http.RequestAborted);
    }
}
