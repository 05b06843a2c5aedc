using KafkaMesh.Codec.SchemaTool;

return new CommandLine(Console.Out, Console.Error).Run(args);
