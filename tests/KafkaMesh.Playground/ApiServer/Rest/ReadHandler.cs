using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Tables;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>Answers get and list, and writes objects and lists in the form that the client wants.</summary>
internal sealed class ReadHandler(ObjectReader reader, TimeProvider time)
{
    /// <summary>GET of one object or of its status.</summary>
    public async Task GetAsync(HttpContext http, ResourceKind kind, string @namespace, string name)
    {
        var form = ContentNegotiation.Choose(http, kind, collection: false);
        var obj = await reader.GetAsync(kind, @namespace, name, http.Request.Query["resourceVersion"].ToString(), http.RequestAborted);
        await WriteObjectAsync(http, 200, kind, obj, form);
    }

    /// <summary>GET of a collection.</summary>
    public async Task ListAsync(HttpContext http, ResourceKind kind, string @namespace)
    {
        var form = ContentNegotiation.Choose(http, kind, collection: true);
        var request = ListRequest.Parse(http.Request.Query, kind, watch: false);
        var page = await reader.ListAsync(kind, @namespace, request, http.RequestAborted);
        await WriteListAsync(http, kind, page, form);
    }

    /// <summary>Writes one object.</summary>
    public Task WriteObjectAsync(HttpContext http, int statusCode, ResourceKind kind, JsonObject obj, Representation form)
    {
        switch (form.Form)
        {
            case RepresentationForm.Table:
                var table = NewTable(http, kind, form);
                var version = new JsonObject { ["resourceVersion"] = ObjectMetadata.Text(obj, "resourceVersion") };
                return ResponseWriter.WriteAsync(http, statusCode, writer => table.Write(writer, version, [obj]), form.Yaml);
            case RepresentationForm.Metadata:
                return ResponseWriter.WriteAsync(http, statusCode, writer => ObjectJson.WritePartial(writer, obj, form.Version), form.Yaml);
            default:
                return ResponseWriter.WriteAsync(http, statusCode, writer => ObjectJson.Write(writer, obj, kind), form.Yaml);
        }
    }

    /// <summary>Writes a list.</summary>
    public Task WriteListAsync(HttpContext http, ResourceKind kind, ListPage page, Representation form)
    {
        switch (form.Form)
        {
            case RepresentationForm.Table:
                var table = NewTable(http, kind, form);
                return ResponseWriter.WriteAsync(http, 200, writer => table.Write(writer, MetadataOf(page, alwaysContinue: false), page.Items), form.Yaml);
            case RepresentationForm.Metadata:
                return ResponseWriter.WriteAsync(http, 200, writer => WritePartialList(writer, page, form), form.Yaml);
            default:
                return ResponseWriter.WriteAsync(http, 200, writer => WriteList(writer, kind, page), form.Yaml);
        }
    }

    private TableWriter NewTable(HttpContext http, ResourceKind kind, Representation form) =>
        new(kind, form.Version, http.Request.Query["includeObject"].ToString(), time);

    private static void WriteList(Utf8JsonWriter writer, ResourceKind kind, ListPage page)
    {
        writer.WriteStartObject();
        if (kind.IsCustom)
        {
            writer.WriteString("apiVersion", kind.ApiVersion);
            WriteItems(writer, kind, page);
            writer.WriteString("kind", kind.ListKind);
            WriteMetadata(writer, page, alwaysContinue: true);
        }
        else
        {
            writer.WriteString("kind", kind.ListKind);
            writer.WriteString("apiVersion", kind.ApiVersion);
            WriteMetadata(writer, page, alwaysContinue: false);
            WriteItems(writer, kind, page);
        }

        writer.WriteEndObject();
    }

    private static void WritePartialList(Utf8JsonWriter writer, ListPage page, Representation form)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", "PartialObjectMetadataList");
        writer.WriteString("apiVersion", $"meta.k8s.io/{form.Version}");
        WriteMetadata(writer, page, alwaysContinue: false);
        if (page.Items.Count == 0)
        {
            // Go's nil slice: the real server says null here.
            writer.WriteNull("items");
        }
        else
        {
            writer.WriteStartArray("items");
            foreach (var item in page.Items)
            {
                ObjectJson.WritePartial(writer, item, form.Version);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void WriteItems(Utf8JsonWriter writer, ResourceKind kind, ListPage page)
    {
        writer.WriteStartArray("items");
        foreach (var item in page.Items)
        {
            ObjectJson.Write(writer, item, kind, typeMeta: false);
        }

        writer.WriteEndArray();
    }

    private static void WriteMetadata(Utf8JsonWriter writer, ListPage page, bool alwaysContinue)
    {
        writer.WritePropertyName("metadata");
        MetadataOf(page, alwaysContinue).WriteTo(writer);
    }

    private static JsonObject MetadataOf(ListPage page, bool alwaysContinue)
    {
        var metadata = new JsonObject();
        var version = page.Version.ToString(CultureInfo.InvariantCulture);
        if (!alwaysContinue)
        {
            metadata["resourceVersion"] = version;
        }

        if (alwaysContinue || page.Continue.Length > 0)
        {
            metadata["continue"] = page.Continue;
        }

        if (page.Remaining is not null)
        {
            metadata["remainingItemCount"] = page.Remaining.Value;
        }

        if (alwaysContinue)
        {
            metadata["resourceVersion"] = version;
        }

        return metadata;
    }
}
