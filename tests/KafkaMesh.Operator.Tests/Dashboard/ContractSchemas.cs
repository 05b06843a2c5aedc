using System.Text.Json.Nodes;
using Json.Schema;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Dashboard;

/// <summary>
/// The contract as JSON schemas, stricter than it is written: every property of an answer must be in the contract, and every property of the contract in
/// the answer. OpenAPI 3.0's <c>nullable</c> becomes a type.
/// </summary>
internal sealed class ContractSchemas
{
    private readonly JsonObject _contract;
    private readonly JsonObject _definitions = [];

    /// <summary>Reads the contract.</summary>
    public ContractSchemas()
    {
        _contract = Yaml.ReadAll(File.ReadAllText(Path.Combine(Repository.Root, "docs", "api", "dashboard.openapi.yaml")))[0];
        foreach (var (name, schema) in _contract["components"]!["schemas"]!.AsObject())
            _definitions[name] = Translate(schema!.DeepClone());
    }

    /// <summary>Paths by operation.</summary>
    public IReadOnlyDictionary<string, string> Operations => _contract["paths"]!.AsObject()
        .ToDictionary(p => p.Value!["get"]!["operationId"]!.ToString(), p => p.Key, StringComparer.Ordinal);

    /// <summary>Parameters in the query of an operation.</summary>
    public IReadOnlyList<string> QueryOf(string operation) =>
    [
        .. ((_contract["paths"]![Operations[operation]]!["get"]!["parameters"] as JsonArray) ?? []).Where(p => p!["in"]?.ToString() == "query").Select(p => p!["name"]!.ToString()),
    ];

    /// <summary>Keys without value: what a comma in an unquoted text of a YAML flow mapping makes.</summary>
    public IEnumerable<string> Mistakes() => Mistakes(_contract);

    /// <summary>Holds an answer against a schema of the contract; empty when it agrees.</summary>
    public string Check(string schema, JsonNode answer)
    {
        var root = new JsonObject { ["$ref"] = $"#/$defs/{schema}", ["$defs"] = _definitions.DeepClone() };
        var result = JsonSchema.FromText(root.ToJsonString()).Evaluate(System.Text.Json.JsonSerializer.SerializeToElement(answer), new EvaluationOptions { OutputFormat = OutputFormat.List });
        if (result.IsValid)
            return "";
        var errors = (result.Details ?? []).Where(d => d.Errors is { Count: > 0 })
            .Select(d => $"{d.InstanceLocation}: {string.Join("; ", d.Errors!.Select(e => $"{e.Key} {e.Value}"))}");
        return string.Join('\n', errors) is { Length: > 0 } text ? text : "invalid";
    }

    private static IEnumerable<string> Mistakes(JsonNode? node) => node switch
    {
        JsonObject map => map.Where(e => e.Value is null).Select(e => e.Key).Concat(map.SelectMany(e => Mistakes(e.Value))),
        JsonArray list => list.SelectMany(Mistakes),
        _ => [],
    };

    private static JsonNode Translate(JsonNode node)
    {
        if (node is JsonArray array)
            return new JsonArray([.. array.Select(item => item is null ? null : Translate(item.DeepClone()))]);
        if (node is not JsonObject schema)
            return node;
        var isSchema = schema["type"] is JsonValue || schema["$ref"] is not null || schema["allOf"] is not null;
        var result = new JsonObject();
        foreach (var (name, value) in schema)
            result[name] = value is null ? null : Translate(value.DeepClone());
        if (!isSchema)
            return result;
        if (result["$ref"] is { } reference)
            return new JsonObject { ["$ref"] = reference.ToString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal) };
        result.Remove("nullable");
        result.Remove("default");
        if (result["properties"] is JsonObject properties)
            result["required"] = new JsonArray([.. properties.Select(p => (JsonNode)p.Key)]);
        if (schema["nullable"]?.ToString() == "true")
            result["type"] = new JsonArray(schema["type"]!.ToString(), "null");
        return result;
    }

    /// <summary>Properties of an answer that the contract does not have, by path.</summary>
    public IEnumerable<string> Unknown(string schema, JsonNode answer) => Unknown(_contract["components"]!["schemas"]![schema]!.AsObject(), answer, schema);

    private IEnumerable<string> Unknown(JsonObject schema, JsonNode? answer, string path)
    {
        schema = Resolve(schema);
        if (answer is JsonObject known && (schema["properties"] ?? schema["allOf"]) is not null)
        {
            var properties = Properties(schema);
            foreach (var (name, value) in known)
            {
                if (!properties.TryGetValue(name, out var property))
                    yield return $"{path}.{name}";
                else
                    foreach (var unknown in Unknown(property, value, $"{path}.{name}"))
                        yield return unknown;
            }
        }
        else if (answer is JsonArray items && schema["items"] is JsonObject item)
        {
            foreach (var unknown in items.SelectMany(i => Unknown(item, i, path + "[]")))
                yield return unknown;
        }
    }

    private Dictionary<string, JsonObject> Properties(JsonObject schema) =>
        ((schema["allOf"] as JsonArray)?.Select(part => Resolve(part!.AsObject())) ?? [schema])
            .SelectMany(part => part["properties"]!.AsObject()).ToDictionary(p => p.Key, p => p.Value!.AsObject(), StringComparer.Ordinal);

    private JsonObject Resolve(JsonObject schema) =>
        schema["$ref"] is { } reference ? _contract["components"]!["schemas"]![reference.ToString().Split('/')[^1]]!.AsObject() : schema;
}
