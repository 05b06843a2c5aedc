using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Schema;
using KafkaMesh.Playground.ApiServer.Tables;

namespace KafkaMesh.Playground.ApiServer.CustomResources;

/// <summary>Validates definitions: the name, printer columns and structural schemas; what this server cannot evaluate (CEL rules) is refused by name.</summary>
internal sealed class CustomResourceDefinitionValidator : IValidator
{
    private static readonly string[] ColumnTypes = ["boolean", "date", "integer", "number", "string"];

    /// <inheritdoc/>
    public void Validate(WriteContext context, JsonObject? old, JsonObject obj, List<StatusCause> causes)
    {
        if (context.Kind.Group != "apiextensions.k8s.io" || context.Subresource.Length > 0 || obj["spec"] is not JsonObject spec)
        {
            return;
        }

        var name = ObjectMetadata.Text(obj, "name");
        if (name != $"{spec["names"]?["plural"]}.{spec["group"]}")
        {
            causes.Add(new("FieldValueInvalid", $"Invalid value: \"{name}\": must be spec.names.plural+\".\"+spec.group", "metadata.name"));
        }

        var versions = (spec["versions"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        for (var i = 0; i < versions.Count; i++)
        {
            // A definition with one version is validated in the form that it had before there were several.
            ValidateColumns(versions[i], versions.Count == 1 ? "spec." : $"spec.versions[{i}].", causes);
            ValidateSchema(versions[i], versions.Count == 1 ? "spec.validation.openAPIV3Schema" : $"spec.versions[{i}].schema.openAPIV3Schema", causes);
        }
    }

    private static void ValidateSchema(JsonObject version, string path, List<StatusCause> causes)
    {
        if (version["schema"]?["openAPIV3Schema"] is not JsonObject schema)
        {
            causes.Add(new("FieldValueRequired", "Required value: schemas are required", path));
            return;
        }

        causes.AddRange(StructuralSchemaParser.Parse(schema, path).Errors.Select(e => e.ToStatusCause()));
    }

    private static void ValidateColumns(JsonObject version, string prefix, List<StatusCause> causes)
    {
        var columns = (version["additionalPrinterColumns"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        for (var i = 0; i < columns.Count; i++)
        {
            var field = $"{prefix}additionalPrinterColumns[{i}]";
            var type = columns[i]["type"]?.ToString() ?? "";
            if (!ColumnTypes.Contains(type))
            {
                causes.Add(new("FieldValueInvalid", $"Invalid value: \"{type}\": must be one of {string.Join(',', ColumnTypes)}", $"{field}.type"));
            }

            var path = columns[i]["jsonPath"]?.ToString() ?? "";
            if (!IsReadable(path))
            {
                causes.Add(new("FieldValueInvalid", $"Invalid value: \"{path}\": must be a simple json path starting with .", $"{field}.JSONPath"));
            }
        }
    }

    private static bool IsReadable(string path)
    {
        try
        {
            JsonPath.Parse(path);
            return path.StartsWith('.');
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
