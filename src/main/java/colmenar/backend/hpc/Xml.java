package colmenar.backend.hpc;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** What schedulers write as XML. Nothing outside of the text is read. */
final class Xml {

  private Xml() {}

  /**
   * @param root what the outermost element is called
   * @throws IllegalArgumentException when it is none, or another one
   */
  static Document parse(String text, String root) {
    Document document = parse(text);
    if (!document.getDocumentElement().getTagName().equals(root)) {
      throw new IllegalArgumentException(
          "the scheduler's answer is no "
              + root
              + ": "
              + document.getDocumentElement().getTagName());
    }
    return document;
  }

  private static Document parse(String text) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.setXIncludeAware(false);
      factory.setExpandEntityReferences(false);
      DocumentBuilder builder = factory.newDocumentBuilder();
      // Without one it writes to the server's standard error.
      builder.setErrorHandler(new DefaultHandler());
      return builder.parse(new InputSource(new StringReader(text)));
    } catch (SAXException e) {
      throw new IllegalArgumentException("the scheduler's answer is no XML: " + e.getMessage(), e);
    } catch (ParserConfigurationException | IOException e) {
      throw new IllegalStateException("no XML can be read here", e);
    }
  }

  static List<Element> elements(Document document, String tag) {
    // One list: each remembers where it is, and a new one begins anew for every element.
    NodeList found = document.getElementsByTagName(tag);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      elements.add((Element) found.item(i));
    }
    return elements;
  }

  /** Of the first element of that name within; empty when there is none. */
  static String text(Element within, String tag) {
    Node found = within.getElementsByTagName(tag).item(0);
    return found == null ? "" : found.getTextContent().strip();
  }
}
