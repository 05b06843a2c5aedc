using KafkaMesh.Playground.ApiServer.Kinds;

namespace KafkaMesh.Playground.ApiServer.OpenApi;

/// <summary>Names of schemas and documents in the OpenAPI description, as a real server makes them.</summary>
internal static class OpenApiNames
{
    /// <summary>Key of a schema: the reversed group domain for custom kinds, Kubernetes' package for built-in ones.</summary>
    public static string SchemaOf(ResourceKind kind, string? other = null)
    {
        var name = other ?? kind.Kind;
        if (kind.IsCustom)
        {
            return $"{string.Join('.', kind.Group.Split('.').Reverse())}.{kind.Version}.{name}";
        }

        return kind.Group switch
        {
            "" => $"io.k8s.api.core.{kind.Version}.{name}",
            "apiextensions.k8s.io" => $"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.{kind.Version}.{name}",
            _ => $"io.k8s.api.{kind.Group.Split('.')[0]}.{kind.Version}.{name}",
        };
    }

    /// <summary>Path of a group and version: <c>api/v1</c> or <c>apis/GROUP/VERSION</c>.</summary>
    public static string PathOf(string group, string version) => group.Length == 0 ? $"api/{version}" : $"apis/{group}/{version}";
}
