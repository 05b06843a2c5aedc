using KafkaMesh.Contracts;
using KafkaMesh.Contracts.CrdTool;

const string Usage = "usage: KafkaMesh.Contracts.CrdTool generate [--out FILE]   writes the KafkaMonitor CRD to FILE, or to standard output";

switch (args)
{
    case ["generate"]:
        Console.Out.Write(CustomResourceDefinition.ToYaml());
        return 0;
    case ["generate", "--out", var file]:
        try
        {
            File.WriteAllText(file, CustomResourceDefinition.ToYaml());
            return 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"The CRD cannot be written to {file}: {exception.Message}");
            return 1;
        }

    default:
        Console.Error.WriteLine(Usage);
        return WellKnownNames.ExitUsage;
}
