using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace KafkaMesh.Proxy.ProfileTool;

/// <summary>The assemblies of a program, and where each of their types is.</summary>
internal sealed class AssemblySet : IDisposable
{
    private readonly List<PEReader> _files = [];
    private readonly List<MetadataReader> _readers = [];
    private readonly Dictionary<string, List<(MetadataReader Reader, TypeDefinition Type)>> _types = new(StringComparer.Ordinal);

    /// <summary>Opens them.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="FormatException">A file is no assembly.</exception>
    public AssemblySet(IEnumerable<string> paths)
    {
        foreach (string path in paths)
        {
            var file = new PEReader(File.OpenRead(path));
            _files.Add(file);
            MetadataReader reader = Metadata(file, path);
            _readers.Add(reader);
            foreach (TypeDefinitionHandle handle in reader.TypeDefinitions)
            {
                TypeDefinition type = reader.GetTypeDefinition(handle);
                string name = FullName(reader, type);
                if (!_types.TryGetValue(name, out var definitions))
                {
                    _types.Add(name, definitions = []);
                }

                definitions.Add((reader, type));
            }
        }
    }

    /// <summary>Where a type is defined: internal types of one name are in several assemblies; none when nowhere.</summary>
    public IReadOnlyList<(MetadataReader Reader, TypeDefinition Type)> Find(TypeName name) => _types.GetValueOrDefault(name.ToString(), []);

    /// <summary>The types of one assembly.</summary>
    /// <exception cref="FormatException">It is not among them.</exception>
    public IEnumerable<(MetadataReader Reader, TypeDefinition Type)> TypesOf(string assembly)
    {
        MetadataReader reader = _readers.FirstOrDefault(reader => reader.StringComparer.Equals(reader.GetAssemblyDefinition().Name, assembly))
            ?? throw new FormatException($"there is no assembly {assembly}");
        return reader.TypeDefinitions.Select(handle => (reader, reader.GetTypeDefinition(handle)));
    }

    /// <summary>Namespace and name of a type, with those that it is nested in.</summary>
    public static string FullName(MetadataReader reader, TypeDefinition type)
    {
        string name = reader.GetString(type.Name), space = reader.GetString(type.Namespace);
        TypeDefinitionHandle outer = type.GetDeclaringType();
        return !outer.IsNil ? $"{FullName(reader, reader.GetTypeDefinition(outer))}+{name}" : space.Length > 0 ? $"{space}.{name}" : name;
    }

    public void Dispose() => _files.ForEach(file => file.Dispose());

    private static MetadataReader Metadata(PEReader file, string path)
    {
        try
        {
            return file.HasMetadata ? file.GetMetadataReader() : throw new FormatException($"{path} is no assembly");
        }
        catch (BadImageFormatException e)
        {
            throw new FormatException($"{path} is no assembly", e);
        }
    }
}
