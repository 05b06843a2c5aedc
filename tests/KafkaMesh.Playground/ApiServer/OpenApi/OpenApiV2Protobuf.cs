using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.OpenApi;

/// <summary>
/// Encodes the OpenAPI 2.0 description as the protobuf message <c>openapi.v2.Document</c>: definitions of the kinds with a schema, and the
/// PATCH paths by which old kubectl versions see that the server understands dryRun. Field numbers are those of the public message definition.
/// </summary>
internal static class OpenApiV2Protobuf
{
    private const string MetaName = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
    private const int MaxDepth = 64;

    /// <summary>The encoded document.</summary>
    public static byte[] Build(KindRegistry kinds)
    {
        var document = new ProtobufWriter();
        document.Text(1, "2.0");
        document.Message(2, info => info.Text(1, "Kubernetes").Text(2, "playground"));
        document.Message(8, paths => WritePaths(paths, kinds));
        document.Message(9, definitions => WriteDefinitions(definitions, kinds));
        return document.Written.ToArray();
    }

    private static void WritePaths(ProtobufWriter paths, KindRegistry kinds)
    {
        foreach (var kind in kinds.All.Where(k => k.Verbs.Contains("patch")))
        {
            var scope = kind.Namespaced ? "/namespaces/{namespace}" : "";
            var path = $"/{OpenApiNames.PathOf(kind.Group, kind.Version)}{scope}/{kind.Plural}/{{name}}";
            paths.Message(2, named => named.Text(1, path).Message(2, item => item.Message(8, operation => WritePatch(operation, kind))));
        }
    }

    private static void WritePatch(ProtobufWriter operation, ResourceKind kind)
    {
        foreach (var parameter in new[] { "dryRun", "fieldManager", "fieldValidation" })
        {
            operation.Message(8, item => item.Message(1, any => any.Message(2, nonBody => nonBody.Message(3, query =>
                query.Text(2, "query").Text(4, parameter).Text(6, "string")))));
        }

        // responses { response_code { name: "200", value { response { description: "OK" } } } }
        operation.Message(9, responses => responses.Message(1, named => named.Text(1, "200").Message(2, value => value.Message(1, r => r.Text(1, "OK")))));
        WriteExtension(operation, 13, "x-kubernetes-group-version-kind", $"group: \"{kind.Group}\"\nkind: {kind.Kind}\nversion: {kind.Version}\n");
    }

    private static void WriteDefinitions(ProtobufWriter definitions, KindRegistry kinds)
    {
        WriteNamed(definitions, 1, MetaName, schema => WriteSchema(schema, MetaSchemas.ObjectMeta(), 0));
        foreach (var kind in kinds.All.Where(k => k.Schema is not null || SchemaCatalog.Shared.BuiltIn(k.ApiVersion, k.Kind) is not null))
        {
            WriteNamed(definitions, 1, OpenApiNames.SchemaOf(kind), schema => WriteKind(schema, kind));
        }
    }

    private static void WriteKind(ProtobufWriter writer, ResourceKind kind)
    {
        var schema = SchemaJson.Of(SchemaCatalog.Shared.For(kind));
        schema["type"] = "object";
        var properties = schema["properties"] as JsonObject ?? [];
        properties["apiVersion"] = MetaSchemas.Text("APIVersion defines the versioned schema of this representation of an object.");
        properties["kind"] = MetaSchemas.Text("Kind is the name of the type that this object represents.");
        properties["metadata"] = new JsonObject { ["$ref"] = $"#/definitions/{MetaName}" };
        schema["properties"] = properties.DeepClone();
        WriteSchema(writer, schema, 0);
        WriteExtension(writer, 31, "x-kubernetes-group-version-kind", $"- group: \"{kind.Group}\"\n  kind: {kind.Kind}\n  version: {kind.Version}\n");
    }

    private static void WriteSchema(ProtobufWriter writer, JsonObject schema, int depth)
    {
        WriteText(writer, 1, schema["$ref"]);
        WriteText(writer, 2, schema["format"]);
        WriteText(writer, 4, schema["description"]);
        var preserve = schema["x-kubernetes-preserve-unknown-fields"] is JsonValue flag && flag.ToString() == "true";
        if (preserve || depth > MaxDepth)
        {
            // Without type and properties kubectl takes anything, which is what the field allows.
            return;
        }

        foreach (var required in schema["required"] as JsonArray ?? [])
        {
            WriteText(writer, 19, required);
        }

        WriteAdditional(writer, schema["additionalProperties"], depth);
        if (schema["type"] is { } type && schema["x-kubernetes-int-or-string"] is null)
        {
            writer.Message(22, item => item.Text(1, type.ToString()));
        }

        if (schema["items"] is JsonObject items)
        {
            writer.Message(23, item => item.Message(1, inner => WriteSchema(inner, items, depth + 1)));
        }

        if (schema["properties"] is JsonObject { Count: > 0 } properties)
        {
            writer.Message(25, all => WriteProperties(all, properties, depth));
        }

        foreach (var (key, value) in schema.Where(p => p.Key.StartsWith("x-kubernetes-patch", StringComparison.Ordinal) && p.Value is JsonValue))
        {
            WriteExtension(writer, 31, key, $"{value}\n");
        }
    }

    private static void WriteProperties(ProtobufWriter writer, JsonObject properties, int depth)
    {
        foreach (var (name, value) in properties)
        {
            if (value is JsonObject property)
            {
                WriteNamed(writer, 1, name, inner => WriteSchema(inner, property, depth + 1));
            }
        }
    }

    private static void WriteAdditional(ProtobufWriter writer, JsonNode? additional, int depth)
    {
        if (additional is JsonObject schema)
        {
            writer.Message(21, item => item.Message(1, inner => WriteSchema(inner, schema, depth + 1)));
        }
        else if (additional?.ToString() == "true")
        {
            writer.Message(21, item => item.True(2));
        }
    }

    private static void WriteNamed(ProtobufWriter writer, int field, string name, Action<ProtobufWriter> value) =>
        writer.Message(field, named => named.Text(1, name).Message(2, value));

    private static void WriteExtension(ProtobufWriter writer, int field, string name, string yaml) =>
        writer.Message(field, named => named.Text(1, name).Message(2, any => any.Text(2, yaml)));

    private static void WriteText(ProtobufWriter writer, int field, JsonNode? value)
    {
        if (value is not null)
        {
            writer.Text(field, value.ToString());
        }
    }
}
