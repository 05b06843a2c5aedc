using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.OpenApi;

/// <summary>Builds OpenAPI 3.0 documents per group and version from the kinds' structural schemas: what <c>kubectl explain</c> and its validation read.</summary>
internal static class OpenApiV3Documents
{
    private const string MetaName = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
    private const string ListMetaName = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta";

    /// <summary>The document of a group and version.</summary>
    public static JsonObject Build(KindRegistry kinds, string group, string version)
    {
        var served = kinds.All.Where(k => k.Group == group && k.Version == version).ToList();
        var schemas = new JsonObject { [MetaName] = MetaSchemas.ObjectMeta(), [ListMetaName] = MetaSchemas.ListMeta() };
        var paths = new JsonObject();
        foreach (var kind in served)
        {
            AddSchemas(schemas, kind);
            AddPaths(paths, kind);
        }

        return new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = "playground" },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas },
        };
    }

    private static void AddSchemas(JsonObject schemas, ResourceKind kind)
    {
        // A custom kind is described in its definition's own words: limits and patterns too.
        var schema = kind.Schema?.DeepClone() as JsonObject ?? SchemaJson.Of(SchemaCatalog.Shared.For(kind));
        var properties = schema["properties"] as JsonObject ?? [];
        var complete = new JsonObject
        {
            ["apiVersion"] = MetaSchemas.Text("APIVersion defines the versioned schema of this representation of an object."),
            ["kind"] = MetaSchemas.Text("Kind is the name of the type that this object represents."),
            ["metadata"] = Reference(MetaName, "Standard object's metadata.", hasDefault: !kind.IsCustom),
        };
        foreach (var (key, value) in properties)
        {
            if (!complete.ContainsKey(key))
            {
                complete[key] = value?.DeepClone();
            }
        }

        schema["type"] = "object";
        schema["properties"] = complete;
        schema["x-kubernetes-group-version-kind"] = GroupVersionKind(kind, kind.Kind);
        schemas[OpenApiNames.SchemaOf(kind)] = schema;
        if (kind.IsStored)
        {
            schemas[OpenApiNames.SchemaOf(kind, kind.ListKind)] = ListSchema(kind);
        }
    }

    private static JsonObject ListSchema(ResourceKind kind) => new()
    {
        ["description"] = $"{kind.ListKind} is a list of {kind.Kind}.",
        ["type"] = "object",
        ["required"] = new JsonArray("items"),
        ["properties"] = new JsonObject
        {
            ["apiVersion"] = MetaSchemas.Text("APIVersion of the list."),
            ["kind"] = MetaSchemas.Text("Kind of the list."),
            ["metadata"] = Reference(ListMetaName, "Standard list metadata.", hasDefault: !kind.IsCustom),
            ["items"] = new JsonObject
            {
                ["description"] = $"The {kind.Plural}.",
                ["type"] = "array",
                ["items"] = Reference(OpenApiNames.SchemaOf(kind), null),
            },
        },
        ["x-kubernetes-group-version-kind"] = GroupVersionKind(kind, kind.ListKind),
    };

    private static void AddPaths(JsonObject paths, ResourceKind kind)
    {
        var root = $"/{OpenApiNames.PathOf(kind.Group, kind.Version)}" + (kind.Namespaced ? "/namespaces/{namespace}" : "");
        var collection = new JsonObject();
        if (kind.Verbs.Contains("list"))
        {
            collection["get"] = Operation(kind, "list", []);
        }

        if (kind.Verbs.Contains("create"))
        {
            collection["post"] = Operation(kind, "post", ["dryRun", "fieldManager", "fieldValidation"]);
        }

        paths[$"{root}/{kind.Plural}"] = collection;
        if (!kind.IsStored)
        {
            return;
        }

        paths[$"{root}/{kind.Plural}/{{name}}"] = new JsonObject
        {
            ["get"] = Operation(kind, "get", []),
            ["put"] = Operation(kind, "put", ["dryRun", "fieldManager", "fieldValidation"]),
            ["patch"] = Operation(kind, "patch", ["dryRun", "fieldManager", "fieldValidation", "force"]),
            ["delete"] = Operation(kind, "delete", ["dryRun"]),
        };
    }

    // kubectl looks here for dryRun and fieldValidation before it relies on the server for them.
    private static JsonObject Operation(ResourceKind kind, string action, string[] parameters) => new()
    {
        ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK" } },
        ["parameters"] = new JsonArray([.. parameters.Select(p => (JsonNode)new JsonObject
        {
            ["name"] = p,
            ["in"] = "query",
            ["schema"] = new JsonObject { ["type"] = p == "force" ? "boolean" : "string" },
        })]),
        ["x-kubernetes-action"] = action,
        ["x-kubernetes-group-version-kind"] = new JsonObject { ["group"] = kind.Group, ["version"] = kind.Version, ["kind"] = kind.Kind },
    };

    private static JsonObject Reference(string schema, string? description, bool hasDefault = true)
    {
        var reference = new JsonObject { ["$ref"] = $"#/components/schemas/{schema}" };
        if (description is null)
        {
            return reference;
        }

        var described = new JsonObject { ["description"] = description, ["allOf"] = new JsonArray(reference) };
        if (hasDefault)
        {
            described["default"] = new JsonObject();
        }

        return described;
    }

    private static JsonArray GroupVersionKind(ResourceKind kind, string name) =>
        [new JsonObject { ["group"] = kind.Group, ["version"] = kind.Version, ["kind"] = name }];
}
