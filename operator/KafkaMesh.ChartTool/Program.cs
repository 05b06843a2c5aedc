using KafkaMesh.ChartTool;

const string Usage = "usage: KafkaMesh.ChartTool generate --config DIRECTORY [--kubectl PROGRAM]   writes DIRECTORY/helm/templates from what kubectl renders of DIRECTORY/default and DIRECTORY/overlays";
const int ExitUsage = 64;

var (directory, kubectl) = args switch
{
    ["generate", "--config", var d] => (d, "kubectl"),
    ["generate", "--config", var d, "--kubectl", var k] => (d, k),
    _ => (null, ""),
};
if (directory is null)
{
    Console.Error.WriteLine(Usage);
    return ExitUsage;
}
try
{
    var templates = ChartTemplates.Generate(folder => Kustomize.Render(kubectl, Path.Combine(directory, folder)));
    var target = Path.Combine(directory, "helm", "templates");
    foreach (var file in Directory.GetFiles(target, "*.yaml"))
        File.Delete(file);
    foreach (var (name, text) in templates)
        File.WriteAllText(Path.Combine(target, name), text);
    Console.WriteLine($"{target}: {templates.Count} templates");
    return 0;
}
catch (Exception exception) when (exception is ChartException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"The chart cannot be written: {exception.Message}");
    return 1;
}
