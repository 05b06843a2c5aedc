using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.ApiServer.Schema;

/// <summary>
/// Unknown and repeated fields: warned about, refused or dropped. Built-in objects take the form of their Go structs,
/// custom ones are pruned and their keys sorted.
/// </summary>
internal sealed class FieldChecker(SchemaCatalog schemas) : IFieldChecker
{
    /// <inheritdoc/>
    public void Check(WriteContext context, JsonObject obj, IReadOnlyList<string> duplicates)
    {
        var original = context.PatchType is null ? null : obj.DeepClone();
        IReadOnlyList<string> unknown;
        try
        {
            unknown = context.Kind.IsCustom ? Custom(context, obj) : BuiltIn(context, obj);
        }
        catch (GoDecodingException e)
        {
            throw Refusal(context, original, e.Message);
        }

        var findings = FieldFindings.Findings(duplicates, unknown);
        switch (context.FieldValidation)
        {
            case FieldValidation.Strict when findings.Count > 0:
                throw Refusal(context, original, $"strict decoding error: {string.Join(", ", findings)}");
            case FieldValidation.Warn:
                context.Warnings.AddRange(findings);
                break;
        }
    }

    /// <summary>Normalises an object that a webhook or a controller changed; unknown fields vanish silently.</summary>
    /// <exception cref="GoDecodingException">A value of the wrong type.</exception>
    public void Normalise(ResourceKind kind, JsonObject obj)
    {
        if (kind.IsCustom)
        {
            SchemaPruner.Prune(schemas.For(kind), obj);
            SortKeys(obj);
        }
        else if (schemas.BuiltIn(kind.ApiVersion, kind.Kind) is { } schema)
        {
            Replace(obj, BuiltInDecoder.Decode(schema, obj).Object);
        }
    }

    private IReadOnlyList<string> BuiltIn(WriteContext context, JsonObject obj)
    {
        var (apiVersion, kind) = Identity(context, obj);
        if (schemas.BuiltIn(apiVersion, kind) is not { } schema)
        {
            return [];
        }

        var (decoded, unknown) = BuiltInDecoder.Decode(schema, obj);
        Replace(obj, decoded);
        return unknown;
    }

    private List<string> Custom(WriteContext context, JsonObject obj)
    {
        var unknown = new List<string>();
        if (obj["metadata"] is JsonObject metadata)
        {
            var (decoded, unknownMetadata) = BuiltInDecoder.Decode(schemas.Metadata, metadata, "metadata");
            Replace(metadata, decoded);
            unknown.AddRange(unknownMetadata);
        }

        unknown.AddRange(SchemaPruner.Prune(schemas.For(context.Kind), obj));
        unknown.Sort(StringComparer.Ordinal);
        SortKeys(obj);
        return unknown;
    }

    // A subresource such as binding carries a kind of its own.
    private static (string ApiVersion, string Kind) Identity(WriteContext context, JsonObject obj)
        => context.Subresource.Length > 0 && obj["kind"]?.ToString() is { Length: > 0 } kind && obj["apiVersion"]?.ToString() is { Length: > 0 } apiVersion
            ? (apiVersion, kind)
            : (context.Kind.ApiVersion, context.Kind.Kind);

    private static ApiException Refusal(WriteContext context, JsonNode? patched, string message)
    {
        if (patched is not null)
        {
            var value = JsonValue.Create(GoText.Json(patched));
            var error = FieldError.Invalid("patch", value, message);
            return ApiErrors.Invalid("", "", "", "", [error.ToStatusCause()]);
        }

        var kind = context.Kind;
        return ApiErrors.BadRequest($"{kind.Kind} in version {GoText.Quote(kind.Version)} cannot be handled as a {kind.Kind}: {message}");
    }

    private static void Replace(JsonObject target, JsonObject source)
    {
        target.Clear();
        foreach (var (name, value) in source.ToList())
        {
            source.Remove(name);
            target[name] = value;
        }
    }

    private static void SortKeys(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (name, child) in map.OrderBy(p => p.Key, StringComparer.Ordinal).ToList())
                {
                    map.Remove(name);
                    map[name] = child;
                    SortKeys(child);
                }

                break;
            case JsonArray list:
                foreach (var item in list)
                {
                    SortKeys(item);
                }

                break;
        }
    }
}
